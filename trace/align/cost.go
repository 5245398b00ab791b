package align

// Costs are integers of 1/1024 word, so that what decides between readings
// that differ only in a capital can be finer than the 1/64 word that
// [Alignment.Cost] counts in.
const (
	word = 1024

	// A run of words that only one side has: open once, then for each word.
	insOpen, insWord = 640, 512
	delOpen, delWord = 448, 320

	// A printed word that the alignment leaves out at either end: the passage
	// need not follow the dispatch from its first word to its last.
	outside = 512

	// Another wording at a site: for its first word, for each further word, or
	// for none. Less than the words of a reading cost when none of them fit,
	// more than a reading with a slip of the pen. It is at most so many words
	// longer than the longest reading.
	otherFirst, otherWord, otherNone = 704, 512, 704
	otherLonger                      = 4

	// A reading is taken for what was printed when no more than this was
	// changed: for the site, and for each of its words.
	slipSite, slipWord = 256, 256

	// A jump over part of the dispatch: where the print shows an ellipsis, or
	// without one; then for each word or site passed over, so that of several
	// places the nearest is taken.
	gapShown, gapSilent, gapWord = 128, 2560, 16

	markEdit     = 32  // a punctuation mark put in, left out or changed
	quoteEdit    = 16  // a quotation mark put in or left out
	ellipsisEdit = 128 // an ellipsis that leaves nothing out, or one not printed
	bracketWord  = 32  // a word an editor put in [brackets]
	bracketFit   = 384 // a word of the dispatch that the print has only in [brackets]
	caseEdit     = 1   // a capital or accent where words of a site are otherwise equal

	joinEdit     = 96  // one word printed as two, or two as one
	hyphenEdit   = 32  // a word broken at a line's end
	shortenEdit  = 384 // "do not" printed as "don't", or the other way
	sameInOther  = 64  // "two" and "2", "UK" and "U.K.", "&" and "and"
	looksAlike   = 128 // letters that a scanner takes for one another
	never        = 1 << 28
	alikeEnough  = 128 // places whose costs differ by no more than this are equally good
	marginWords  = 40
	maxCombos    = 64         // readings of sites that touch, taken together
	maxCells     = 24_000_000 // numbers in the largest table
	maxPrinted   = 360        // printed tokens laid at a time
	minPrinted   = 32         // and when the dispatch's readings are many and long
	lookAround   = 3          // times the neighbourhood is widened when the passage runs out of it
	leftoverLong = 3          // printed words left out at an end that call for widening
	tellingWords = 12         // words by which another place is looked for
	maxPlaces    = 64         // other places tried; a dispatch with more repeats itself
)
