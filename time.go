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
