package variant

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

// varietyOf tells the variety of English from its spellings, three to one, or
// returns 0. Words in -ize are British too, so they count for American only
// beside others.
func varietyOf(d *document) variety {
	var n [3]int
	for i := range d.tok {
		n[tells()[d.word(i)]]++
	}
	switch uk, us := n[british], n[american]; {
	case uk > 0 && uk >= 3*us:
		return british
	case us > 1 && us >= 3*uk:
		return american
	}
	return 0
}
