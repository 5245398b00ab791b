package frank

// ValidTime reports whether s is a time as every format of Frank writes it: RFC
// 3339 in UTC to the second, "2026-11-21T19:30:00Z", of the years 2000 to
// 2099. Such times compare as texts. They are claims, and order nothing: order
// is the ledger's index.
func ValidTime(s string) bool {
	const form = "20dd-dd-ddTdd:dd:ddZ"
	if len(s) != len(form) {
		return false
	}
	for i := range form {
		if form[i] == 'd' && (s[i] < '0' || s[i] > '9') || form[i] != 'd' && s[i] != form[i] {
			return false
		}
	}
	two := func(i int) int { return int(s[i]-'0')*10 + int(s[i+1]-'0') }
	year, month, day := two(2), two(5), two(8)
	if month < 1 || month > 12 {
		return false
	}
	days := [13]int{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[month]
	if month == 2 && year%4 == 0 { // 2000 was a leap year too
		days++
	}
	return day >= 1 && day <= days && two(11) < 24 && two(14) < 60 && two(17) < 60
}

// FormatTime writes a time in seconds since 1970, UTC, as [ValidTime] wants it.
// One before 2000 is written as the first second of 2000, and one after 2099 as
// the last of 2099: formats have no others.
func FormatTime(unix int64) string {
	const first, last = 946684800, 4102444799
	unix = max(first, min(last, unix))
	day, second := unix/86400, unix%86400
	// The civil calendar counted from 1 March 2000, in cycles of four years: 2000
	// to 2099 has no other exception.
	day -= 11017
	year, month := int64(2000), int64(0)
	if day < 0 { // January and February 2000
		month = 1
		if day += 60; day >= 31 {
			month, day = 2, day-31
		}
	} else {
		cycle, of := day/1461, day%1461
		y := min(of/365, 3)
		of -= 365 * y
		m := (5*of + 2) / 153
		day, month, year = of-(153*m+2)/5, m+3, 2000+4*cycle+y
		if month > 12 {
			month, year = month-12, year+1
		}
	}
	two := func(n int64) string { return string([]byte{'0' + byte(n/10), '0' + byte(n%10)}) }
	return "20" + two(year-2000) + "-" + two(month) + "-" + two(day+1) + "T" + two(second/3600) + ":" + two(second/60%60) + ":" + two(second%60) + "Z"
}
