package variant

import "strings"

// variety is a variety of English.
type variety uint8

const (
	british  variety = iota + 1
	american         // 0: cannot be told
)

var tells = lazy(func() map[string]variety {
	m := map[string]variety{}
	for w := range set(`favour honour labour colour behaviour endeavour endeavours favourable neighbour harbour centre defence offence programme whilst amongst
		organise organisation organised realise recognise recognised emphasise emphasised authorise authorised criticise labelled travelled cancelled fulfil fulfilled
		cheque licence practise analyse honourable favoured endeavoured centres programmes neighbouring aeroplane despatch despatched despatches enquiry enquiries practised tonnes`) {
		m[w] = british
	}
	for w := range set(`favor honor labor color behavior endeavor favorable neighbor harbor center defense offense program organize organization organizations
		organized realize recognize recognized recognizing emphasize emphasized authorize authorized criticize labeled traveled canceled fulfill analyze honorable
		centers programs neighboring honors honoring percent gotten prioritize utilize mobilize modernize gasoline`) {
		m[w] = american
	}
	return m
})

// varietyOf tells the variety of English from its spellings and the order of
// its dates, three to one, or returns 0. Words in -ize are British too, so they
// count for American only beside others.
func varietyOf(d *document) variety {
	var n [3]int
	for i := range d.tok {
		n[tells()[d.word(i)]]++
		if months()[d.word(i)] && capital(d.raw(i)) {
			n[dateOrder(d, i)]++
		}
	}
	n[0] = 0
	switch uk, us := n[british], n[american]; {
	case uk > 0 && uk >= 3*us:
		return british
	case us > 1 && us >= 3*uk:
		return american
	}
	return 0
}

var months = lazy(func() map[string]bool {
	return set("january february march april may june july august september october november december")
})

// dateOrder tells the variety by a date around the month at token i: 18 May 1938
// is British, May 18, 1938 American; May 18th was both.
func dateOrder(d *document, i int) variety {
	day := func(k int) bool {
		w := strings.TrimRight(d.word(k), "stndrh")
		return w != "" && len(w) <= 2 && strings.Trim(w, "0123456789") == ""
	}
	year := func(k int) bool { return len(d.word(k)) == 4 && strings.Trim(d.word(k), "0123456789") == "" }
	switch {
	case d.near(i-1, i) >= 0 && day(i-1):
		return british
	case i+3 < len(d.tok) && day(i+1) && len(d.word(i+1)) <= 2 && d.raw(i+2) == "," && year(i+3):
		return american
	}
	return 0
}
