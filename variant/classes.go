package variant

import (
	_ "embed"
	"strings"
	"sync"
)

// lazy returns f with its first result kept.
func lazy[T any](f func() T) func() T { return sync.OnceValue(f) }

//go:embed verbs.txt
var verbList string

// verbs are common verbs by base form; gerunds maps their -ing forms back.
var verbs = lazy(func() map[string]bool { return set(verbList) })

var gerunds = lazy(func() map[string]string {
	m := map[string]string{}
	for _, v := range strings.Fields(verbList) {
		m[inflect(v, gerund)] = v
	}
	return m
})

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// closed classes of words, as conditions name them.
var classes = lazy(func() map[string]map[string]bool {
	return map[string]map[string]bool{
		"DET": set(`the a an this that these those my your his her its our their any some no each every such both all another either neither
			what which whose much many more most few several other certain`),
		"ART":   set("the a an"),
		"POSS":  set("my your his her its our their"),
		"PRON":  set("i we you he she it they there"),
		"OBJ":   set("me us you him her it them this that these those"),
		"BE":    set("am is are was were be been being isn't aren't wasn't weren't"),
		"HAVE":  set("have has had having haven't hasn't hadn't"),
		"DO":    set("do does did don't doesn't didn't"),
		"MODAL": set("can could will would shall should may might must cannot can't won't wouldn't couldn't shouldn't"),
		"PREP": set(`of in on at by for with from to into onto upon about against among amongst between through throughout during before after
			since until till within without under over above below near towards toward as than via per despite regarding concerning across along
			behind beyond outside inside around following including except`),
		"CONJ": set("and or but nor if when while whilst because although though unless whether where that which who whom as since so yet"),
		"NEG":  set("not no never nor neither none nothing cannot without hardly scarcely"),
		"NUM":  set("one two three four five six seven eight nine ten eleven twelve dozen hundred thousand million"),
	}
})

// adverbs that do not end in -ly.
var adverbs = lazy(func() map[string]bool {
	return set("not also already now then still always never ever just soon often again too very quite rather almost therefore however thus even perhaps yet here there today only")
})

func isAdverb(w string) bool {
	if adverbs()[w] {
		return true
	}
	return len(w) > 4 && strings.HasSuffix(w, "ly") && !set("apply reply supply comply imply rely family ally only assembly italy")[w]
}
