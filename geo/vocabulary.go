package geo

import "slices"

// Labels are the names of one thing, by language (BCP 47: en, zh, …).
type Labels map[string]string

// In is the label in a language, in English where there is none, or empty.
func (l Labels) In(lang string) string {
	if s := l[lang]; s != "" {
		return s
	}
	return l["en"]
}

// Term is an entry of a vocabulary. Kinds and sectors are data, not code: a data
// set brings its own, or they are taken from its rows and the labels are the ids.
type Term struct {
	ID      string // lower case letters, digits and hyphens
	Labels  Labels
	Plurals Labels // where the data set has them
}

// The values of status and precision are the same in every data set, because
// the page and the GIS styles draw by them.
var (
	// Statuses say whether a facility is at work, as of its source.
	Statuses = []Term{
		{ID: "operating", Labels: Labels{
			"en": "Operating", "zh": "运行中", "th": "เปิดดำเนินการ", "vi": "Đang hoạt động", "id": "Beroperasi",
			"ms": "Beroperasi", "lo": "ກຳລັງດຳເນີນງານ", "km": "កំពុងដំណើរការ", "my": "လည်ပတ်နေသည်", "fil": "Operasyonal",
		}},
		{ID: "announced", Labels: Labels{
			"en": "Announced", "zh": "已宣布", "th": "ประกาศแล้ว", "vi": "Đã công bố", "id": "Diumumkan",
			"ms": "Diumumkan", "lo": "ປະກາດແລ້ວ", "km": "បានប្រកាស", "my": "ကြေညာပြီး", "fil": "Inanunsiyo",
		}},
		{ID: "planned", Labels: Labels{
			"en": "Planned", "zh": "规划中", "th": "อยู่ในแผน", "vi": "Dự kiến", "id": "Direncanakan",
			"ms": "Dirancang", "lo": "ຢູ່ໃນແຜນ", "km": "គ្រោងទុក", "my": "စီစဉ်ထားသည်", "fil": "Pinaplano",
		}},
		{ID: "closed", Labels: Labels{
			"en": "Closed", "zh": "已关闭", "th": "ปิดแล้ว", "vi": "Đã đóng cửa", "id": "Ditutup",
			"ms": "Ditutup", "lo": "ປິດແລ້ວ", "km": "បានបិទ", "my": "ပိတ်သိမ်းပြီး", "fil": "Isinara na",
		}},
		{ID: "unknown", Labels: Labels{
			"en": "Status not known", "zh": "状态不明", "th": "ไม่ทราบสถานะ", "vi": "Không rõ tình trạng", "id": "Status tidak diketahui",
			"ms": "Status tidak diketahui", "lo": "ບໍ່ຮູ້ສະຖານະ", "km": "មិនដឹងពីស្ថានភាព", "my": "အခြေအနေ မသိရ", "fil": "Hindi alam ang kalagayan",
		}},
	}

	// Precisions say how exact a position is, from a surveyed site down to the
	// capital of a country. "none" in a file means that there is no position.
	Precisions = []Term{
		{ID: "site", Labels: Labels{
			"en": "Exact site", "zh": "确切地点", "th": "ตำแหน่งที่แน่นอน", "vi": "Địa điểm chính xác", "id": "Lokasi persis",
			"ms": "Lokasi tepat", "lo": "ສະຖານທີ່ແນ່ນອນ", "km": "ទីតាំងពិតប្រាកដ", "my": "တည်နေရာ အတိအကျ", "fil": "Eksaktong lugar",
		}},
		{ID: "city", Labels: Labels{
			"en": "City", "zh": "城市", "th": "เมือง", "vi": "Thành phố", "id": "Kota",
			"ms": "Bandar", "lo": "ເມືອງ", "km": "ទីក្រុង", "my": "မြို့", "fil": "Lungsod",
		}},
		{ID: "admin1", Labels: Labels{
			"en": "Province or state", "zh": "省或州", "th": "จังหวัดหรือรัฐ", "vi": "Tỉnh hoặc bang", "id": "Provinsi atau negara bagian",
			"ms": "Wilayah atau negeri", "lo": "ແຂວງ ຫຼື ລັດ", "km": "ខេត្ត ឬរដ្ឋ", "my": "ပြည်နယ် သို့မဟုတ် တိုင်း", "fil": "Lalawigan o estado",
		}},
		{ID: "country", Labels: Labels{
			"en": "Country only", "zh": "仅知国家", "th": "ทราบเพียงประเทศ", "vi": "Chỉ biết quốc gia", "id": "Hanya negara",
			"ms": "Negara sahaja", "lo": "ຮູ້ພຽງແຕ່ປະເທດ", "km": "ដឹងត្រឹមប្រទេស", "my": "နိုင်ငံသာ သိရ", "fil": "Bansa lamang",
		}},
	}
)

// TermIDs lists the ids of a vocabulary in its order.
func TermIDs(terms []Term) []string {
	ids := make([]string, len(terms))
	for i, t := range terms {
		ids[i] = t.ID
	}
	return ids
}

// FindTerm finds a term by its id; nil where the vocabulary has none such.
func FindTerm(terms []Term, id string) *Term {
	i := slices.IndexFunc(terms, func(t Term) bool { return t.ID == id })
	if i < 0 {
		return nil
	}
	return &terms[i]
}
