package story

// The verbs of speaking. After a quotation only those stand that take it as
// their object ("…", said the envoy); before one, and around a part of a
// sentence, more do (the envoy called it "…").
var (
	saying = words(`said says say saying told tells telling added adds adding asked asks asking replied replies wrote writes noted notes noting argued argues
claimed claims insisted insists insisting warned warns warning declared declares stated states announced announces explained explains explaining continued continues
concluded concludes remarked remarks observed observes commented comments acknowledged acknowledges admitted admits conceded concedes suggested suggests
stressed stresses emphasised emphasises emphasized emphasizes recalled recalls joked jokes quipped countered counters responded responds
tweeted posted testified complained complains pleaded promised vowed pledged predicted predicts boasted repeated repeats reiterated reiterates
confirmed confirms denied denies sighed shouted murmured snapped ventured protested objected reported reports read reads urged urges mused reasoned
reflected remembers remembered maintained maintains asserted asserts affirmed affirms cautioned cautions`)

	rating = words(`called calls calling described describes describing dubbed labelled labeled branded termed dismissed dismisses dismissing praised praises praising
hailed hails hailing criticised criticized criticising criticizing condemned condemns condemning denounced accused accuses accusing deplored voiced voices
expressed expresses expressing spoke speaks speaking referred refers referring wrote talked talks talking complained warned regretted welcomed welcomes
thanked thanks believed believes thought thinks feared hoped hopes considered demanded demands demanding pronounced judged found likened
proclaimed cited cites mocked ridiculed rejected deemed named quoted`)

	// These say what a thing is called, not who calls it so, where it "was" so.
	naming = words(`called dubbed labelled labeled branded termed named described known entitled titled hailed deemed considered quoted cited reported read denied rejected`)

	being = words(`is are was were be been being am 's 're`)

	// These may stand between a subject and its verb.
	between = words(`has have had also later then once again now still even only just once never always both all has already himself herself themselves itself would will
could did does do may might must can not since simply first reportedly further went on is are was were to being been having today yesterday`)
)

func speaks(norm string) bool { return saying[norm] || rating[norm] }

// says reports whether a word is one of some verbs; the United States is none.
func says(e element, of map[string]bool) bool { return e.word && of[e.norm] && !capital(e.text) }

func verbal(e element) bool { return says(e, saying) || says(e, rating) }

// attributes reports whether elements after a quotation begin with who said it:
// a verb and a speaker, or a speaker and a verb.
func attributes(el []element) bool {
	for i, e := range el {
		if i > 8 || e.quote >= 0 || !e.word && e.norm != "." {
			return false
		}
		if says(e, saying) {
			return true
		}
		if i > 0 && !e.word && !shortened[el[i-1].norm] {
			return false
		}
	}
	return false
}
