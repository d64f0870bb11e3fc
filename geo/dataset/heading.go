package dataset

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"innoatlas/geo"
)

// fieldName is the name that a heading gives: folded, with an underscore for whatever
// stands between letters and digits. Empty where it gives none: it begins with a digit, or
// most of its letters are none of a to z.
func fieldName(heading string) string {
	var b strings.Builder
	latin, other := 0, 0
	for _, c := range geo.Fold(heading) {
		switch {
		case c >= 'a' && c <= 'z':
			latin++
		case c >= '0' && c <= '9':
		case unicode.IsLetter(c):
			other++
			c = '_'
		default:
			c = '_'
		}
		if c != '_' || b.Len() > 0 && !strings.HasSuffix(b.String(), "_") {
			b.WriteRune(c)
		}
	}
	name := b.String()
	name = strings.Trim(name[:min(len(name), geo.MaxFieldName)], "_")
	if other > latin || !geo.IsFieldName(name) {
		return ""
	}
	return name
}

// nearest is the known name that a heading may have meant, "" for none: a typing error in
// a column must not become another column. A name with other digits (admin2) is another.
func nearest(name string, known []string) string {
	for _, k := range known {
		if name != k && digitsOf(name) == digitsOf(k) && isNear(name, k) {
			return k
		}
	}
	return ""
}

func digitsOf(s string) string {
	return strings.Map(func(c rune) rune {
		if c >= '0' && c <= '9' {
			return c
		}
		return -1
	}, s)
}

// isNear reports whether two names differ by what a slip makes of one: a letter too many,
// too few or another, or two that are exchanged; in long words two of these. Short words
// are near where they begin alike.
func isNear(a, b string) bool {
	if whole := strings.ReplaceAll(a, "_", ""); whole == strings.ReplaceAll(b, "_", "") || len(b) > 3 && (a == b+"s" || b == a+"s") {
		return true
	}
	left, right := strings.Split(a, "_"), strings.Split(b, "_")
	if len(left) != len(right) {
		return false
	}
	slips := 0
	for i := range left {
		if left[i] == right[i] {
			continue
		}
		least := min(len(left[i]), len(right[i]))
		most := 1
		switch {
		case len(right[i]) < 4 || least < 3 || len(right[i]) == 4 && left[i][0] != right[i][0]:
			return false
		case least >= 7:
			most = 2
		}
		if distance(left[i], right[i]) > most {
			return false
		}
		slips++
	}
	return slips == 1
}

// distance is how many letters have to be put in, taken out, replaced, or exchanged with
// their neighbour (optimal string alignment).
func distance(a, b string) int {
	rows := [3][]int{make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)}
	for j := range rows[1] {
		rows[1][j] = j
	}
	for i := range len(a) {
		before, last, row := rows[0], rows[1], rows[2]
		row[0] = i + 1
		for j := range len(b) {
			replaced := last[j]
			if a[i] != b[j] {
				replaced++
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, replaced)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		rows[0], rows[1], rows[2] = last, row, before
	}
	return rows[1][len(b)]
}

// personalWords are those by which a heading says that its column is not for everybody:
// remarks, and how to reach a person. They stand as words of the heading, folded.
var personalWords = strings.Fields(`
	remark remarks note notes internal comment comments confidential private personal contact contacts phone phones telephone telephones tel mobile cell cellphone
	handphone email emails mail mails e_mail fax wechat weixin whatsapp telegram viber line_id lineid qq skype birthday birthdate dob passport
	observaciones notas telefono correo celular contacto remarque remarques telefon telefax kontakt bemerkung bemerkungen
	ghi_chu dien_thoai sdt so_dt lien_he di_dong hop_thu thu_dien_tu noi_bo
	catatan telepon ponsel hp no_hp surel emel kontak faks nota hubungi tala puna telepono`)

// personalParts say the same wherever they stand, in scripts that set no blanks, and in
// words that are written together.
var personalParts = folded(strings.Fields(`
	phone email wechat whatsapp contact remark telefon telepon
	备注 備註 備考 注记 电话 電話 手机 手機 邮箱 郵箱 邮件 郵件 电邮 電郵 联系 聯繫 联络 聯絡 传真 傳真 微信 内部 身份证
	หมายเหตุ โทรศัพท์ โทรสาร มือถือ อีเมล ติดต่อ แฟกซ์ ไลน์ ภายใน เบอร์
	ໝາຍເຫດ ໂທລະສັບ ໂທ ມືຖື ອີເມວ ຕິດຕໍ່ ແຟັກ
	សម្គាល់ ទូរស័ព្ទ អ៊ីមែល ទំនាក់ទំនង ទូរសារ
	မှတ်ချက် ဖုန်း အီးမေးလ် ဆက်သွယ် ဖက်စ်`))

func folded(words []string) []string {
	for i, w := range words {
		words[i] = geo.Fold(w)
	}
	return words
}

// innerCapital is where a word begins within another, as in ContactPhone.
var innerCapital = regexp.MustCompile(`(\p{Ll})(\p{Lu})`)

// personalHeading is the word for which a column of these headings and that type is private,
// or "".
func personalHeading(headings []string, t geo.Type) string {
	for _, heading := range headings {
		word := wordOf(heading, personalWords, personalParts)
		if word == "" && (t == geo.Text || t == geo.Texts) {
			word = wordOf(heading, personWords, personParts)
		}
		if word != "" {
			return word
		}
	}
	return ""
}

// wordOf is the first part that a heading holds, or the first of its words, or "".
func wordOf(heading string, known, parts []string) string {
	plain := geo.Fold(heading)
	for _, part := range parts {
		if strings.Contains(plain, part) {
			return part
		}
	}
	words := "_" + strings.Join(strings.FieldsFunc(geo.Fold(innerCapital.ReplaceAllString(heading, "$1 $2")),
		func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) }), "_") + "_"
	i := slices.IndexFunc(known, func(w string) bool { return strings.Contains(words, "_"+w+"_") })
	if i < 0 {
		return ""
	}
	return known[i]
}

// personWords are those by which a heading names people. A column of numbers under them counts
// people, and is for everybody.
var personWords = strings.Fields(`
	head director manager doctor physician pi investigator responsible in_charge incharge staff hotline ph salary salaries username user author authors
	entered_by created_by updated_by recorded_by surname full_name
	giam_doc truong_phong nguoi_phu_trach kepala direktur pengarah penanggung_jawab pegawai direktor pinuno tagapamahala`)

var personParts = folded(strings.Fields(`
	负责人 負責人 院长 院長 主任 所长 所長 领导 姓名 职员 職員
	ผู้อำนวยการ หัวหน้า ผู้รับผิดชอบ ผู้จัดการ ผู้ติดต่อ ຜູ້ອຳນວຍການ ຫົວໜ້າ នាយក ប្រធាន ညွှန်ကြားရေးမှူး တာဝန်ခံ`))

// What looks like a way to reach a person, wherever it stands in a value.
var (
	mailAddress   = regexp.MustCompile(`[\pL\pN._%+-]+(@|＠|\s?[\[(]at[\])]\s?)[\pL\pN-]+(\.[\pL\pN-]+)*\.\pL{2,}`)
	international = regexp.MustCompile(`(^00|(^|[^\pL\pN])\+)[1-9][0-9]{0,2}[ ().\-/]*[0-9](?:[ ().\-/]*[0-9]){5,12}`)
	national      = regexp.MustCompile(`(^|[^0-9.,])\(?0[0-9]{1,4}\)?(?:[ .\-]?[0-9]){6,9}($|[^0-9])`)
	inBrackets    = regexp.MustCompile(`\([0-9]{1,3}[ \-][0-9]{1,3}\)[ \-]?[0-9]{3,4}[ \-]?[0-9]{3,4}($|[^0-9])`)
	inGroups      = regexp.MustCompile(`^\(?[0-9]{2,4}\)?[ \-]+[0-9]{3,4}[ \-]?[0-9]{4}$`)
	ofTheRegion   = regexp.MustCompile(`^(60|62|63|65|66|84|86|95|670|673|855|856)[1-9][0-9]{6,10}$`) // codes of countries, without +
	mobileOfChina = regexp.MustCompile(`(^|[^0-9.])1[3-9][0-9]{9}($|[^0-9.])`)
	dates         = regexp.MustCompile(`[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{4}`)
	ofARegister   = regexp.MustCompile(`\b[0-9]{1,5}-[0-9]{2,7}-[0-9]{1,6}-[0-9X]\b|[0-9]{4}[ -][0-9]{4}[ -][0-9]{4}[ -][0-9]{3}[0-9X]`) // ISBN; ISNI and ORCID
	plainDigits   = regexp.MustCompile(`^-?([1-9][0-9]*|0)(\.[0-9]+)?$`)
)

// personalValue says what a value looks like for which its column is private, or "". One
// such value is enough: better a column that is not shown than a person who is called.
// Four digits, a hyphen and four more are no telephone number: journals are numbered so.
func personalValue(s string) string {
	const mail, telephone = "a mail address", "a telephone number"
	if strings.ContainsAny(s, "@＠[(") && mailAddress.MatchString(s) {
		return mail
	}
	s = strings.Map(latinDigit, s)
	switch {
	case digitCount(s) < 7 || strings.HasPrefix(s, "http"):
		return ""
	case mobileOfChina.MatchString(s), len(s) >= 10 && ofTheRegion.MatchString(s):
		return telephone
	case plainDigits.MatchString(s):
		return ""
	}
	s = ofARegister.ReplaceAllString(dates.ReplaceAllString(s, ";"), ";")
	if international.MatchString(s) || national.MatchString(s) || inBrackets.MatchString(s) || inGroups.MatchString(s) {
		return telephone
	}
	return ""
}

// latinDigit makes the digits of other scripts, and those of full width, 0 to 9.
func latinDigit(c rune) rune {
	if c < unicode.MaxASCII || !unicode.IsDigit(c) {
		return c
	}
	for zero := c; ; zero-- { // ten stand in a row
		if !unicode.IsDigit(zero-1) || c-zero == 9 {
			return '0' + c - zero
		}
	}
}

func digitCount(s string) (n int) {
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			n++
		}
	}
	return n
}
