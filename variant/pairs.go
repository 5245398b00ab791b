package variant

import _ "embed"

// Pairs that real prose joins in one order only, first+second; and pairs that it
// joins in one order eight times as often as in the other.
var (
	//go:embed pairs.txt
	pairList string
	//go:embed usualpairs.txt
	usualPairList string

	fixedPairs = lazy(func() map[string]bool { return set(pairList + " " + termPairs) })
	usualPairs = lazy(func() map[string]bool { return set(usualPairList) })
)

// Pairs that are terms of law.
const termPairs = `assault+battery aid+abet aiding+abetting aided+abetted cease+desist null+void terms+conditions breaking+entering search+seizure searches+seizures
	goods+chattels will+testament wear+tear let+hindrance due+payable force+effect true+correct drunk+disorderly fit+proper joint+several jointly+severally
	pains+penalties power+authority covenant+agree give+bequeath land+tenements make+enter mind+memory rest+residue sole+exclusive successors+assigns heirs+assigns
	waste+nuisance`

// Items that rank, run in time, or go with one another in one order only.
var inRank = lazy(func() map[string]bool {
	return set(`first second third last next former latter days weeks months years day week month year hours minutes past present future early late
		birth life death north south east west left right up down in out men women children boys girls male female black white law order peace war
		here there now then local regional national international global state federal county city small medium large low high higher lower young old
		morning afternoon evening spring summer autumn winter buy sell pros cons supply demand cause effect research development
		husband wife mother father mothers fathers sons daughters parents brothers sisters friends family
		others other same such similar so forth etc like more most less least all both each trade commerce terms goods services wages hours
		rules regulations time place name address date ways means checks balances profit loss imports exports import export give take
		planning execution design construction preparation signature ratification text data information advice consent hopes fears dreams
		health safety terms arms ammunition null void one two three four five six seven eight nine ten`)
})

// Words that rank, or that other words of a pair follow from.
var ranked = lazy(func() map[string]bool {
	return set(`actual full only main chief principal general particular special specific final initial interim further additional relevant appropriate
		necessary immediate ultimate old new early late previous subsequent original many much several various certain possible probable
		extra entire whole whatever consequent resultant resulting deputy vice senior junior minister ministers president secretary chairman
		treasurer consul delegates officials government governments cabinet parliament council committee commission
		conclusion conclusions recommendation recommendations findings decisions ratification execution passage enactment loss
		question answer answers problem solution solutions consequences consequence result results reply replies thing things body soul
		way ways manner part parts parcel case cases number numbers amount extent fact facts friend
		title titles address telegram letter letters statement beginning end start middle night today tomorrow yesterday
		great big good bad dear happy sad true false real effective free open fair equal just rich poor hot cold dry wet clear simple
		large greater larger smaller common usual joint separate mutual respective top bottom major minor primary secondary primary
		complete partial total reduction elimination crucifixion resurrection creation delivery treatment fairly squarely apprehension trial arrest pregnant knowingly secret confidential tacitly wives families weekly daily
		above following below foregoing preceding existing current prospective potential actual short long medium full part
		colleagues staff members member wife sons daughter son daughters himself adviser advisers assistant assistants`)
})

// unpaired reports two words in an order of their own: set, of size or time, or
// of one root.
func (d *document) unpaired(a, b int) bool {
	x, y := d.word(a), d.word(b)
	return contrary(x, y) || d.stem[a] == d.stem[b] || fixedPairs()[x+"+"+y] || fixedPairs()[y+"+"+x] || inRank()[x] || inRank()[y] || ranked()[x] || ranked()[y] || len(x)-len(y) > 7 || len(y)-len(x) > 7
}

// contrary reports a word and the same word denied.
func contrary(x, y string) bool {
	for _, no := range []string{"un", "in", "im", "ir", "il", "dis", "non", "non-"} {
		if y == no+x || x == no+y {
			return true
		}
	}
	return false
}
