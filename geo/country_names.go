package geo

import (
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// Name is the country's name in a language: what the data set says, else our own
// where the country takes part in the cooperation, else that of CLDR. It is in
// English where there is none.
func (c *Country) Name(lang string) string {
	if name := c.Names[lang]; name != "" {
		return name
	}
	if name := participants[c.Code][lang]; name != "" {
		return name
	}
	if region, err := language.ParseRegion(c.Alpha2); err == nil {
		if name := regionName(region, lang); name != "" {
			return name
		}
	}
	return c.Names.In("en")
}

// regionName is the name in CLDR; empty where it has none in that language.
func regionName(region language.Region, lang string) string {
	if namer := namers[lang]; namer != nil {
		return namer.Name(region)
	}
	return ""
}

var namers = map[string]display.Namer{
	"en":  display.Regions(language.English),
	"zh":  display.Regions(language.Chinese),
	"th":  display.Regions(language.Thai),
	"vi":  display.Regions(language.Vietnamese),
	"id":  display.Regions(language.Indonesian),
	"ms":  display.Regions(language.Malay),
	"lo":  display.Regions(language.Lao),
	"km":  display.Regions(language.Khmer),
	"my":  display.Regions(language.Burmese),
	"fil": display.Regions(language.Filipino),
}

// participants are the countries of the cooperation as their own public services
// write them. CLDR adds the former name of one in brackets, and spells some as
// nobody there does.
var participants = map[string]Labels{
	"CHN": {
		"en": "China", "zh": "中国", "th": "จีน", "vi": "Trung Quốc", "id": "Tiongkok",
		"ms": "China", "lo": "ຈີນ", "km": "ចិន", "my": "တရုတ်", "fil": "Tsina",
	},
	"BRN": {
		"en": "Brunei", "zh": "文莱", "th": "บรูไน", "vi": "Brunei", "id": "Brunei",
		"ms": "Brunei", "lo": "ບຣູໄນ", "km": "ប្រ៊ុយណេ", "my": "ဘရူနိုင်း", "fil": "Brunei",
	},
	"KHM": {
		"en": "Cambodia", "zh": "柬埔寨", "th": "กัมพูชา", "vi": "Campuchia", "id": "Kamboja",
		"ms": "Kemboja", "lo": "ກຳປູເຈຍ", "km": "កម្ពុជា", "my": "ကမ္ဘောဒီးယား", "fil": "Cambodia",
	},
	"IDN": {
		"en": "Indonesia", "zh": "印度尼西亚", "th": "อินโดนีเซีย", "vi": "Indonesia", "id": "Indonesia",
		"ms": "Indonesia", "lo": "ອິນໂດເນເຊຍ", "km": "ឥណ្ឌូណេស៊ី", "my": "အင်ဒိုနီးရှား", "fil": "Indonesia",
	},
	"LAO": {
		"en": "Laos", "zh": "老挝", "th": "ลาว", "vi": "Lào", "id": "Laos",
		"ms": "Laos", "lo": "ລາວ", "km": "ឡាវ", "my": "လာအို", "fil": "Laos",
	},
	"MYS": {
		"en": "Malaysia", "zh": "马来西亚", "th": "มาเลเซีย", "vi": "Malaysia", "id": "Malaysia",
		"ms": "Malaysia", "lo": "ມາເລເຊຍ", "km": "ម៉ាឡេស៊ី", "my": "မလေးရှား", "fil": "Malaysia",
	},
	"MMR": {
		"en": "Myanmar", "zh": "缅甸", "th": "เมียนมา", "vi": "Myanmar", "id": "Myanmar",
		"ms": "Myanmar", "lo": "ມຽນມາ", "km": "មីយ៉ាន់ម៉ា", "my": "မြန်မာ", "fil": "Myanmar",
	},
	"PHL": {
		"en": "Philippines", "zh": "菲律宾", "th": "ฟิลิปปินส์", "vi": "Philippines", "id": "Filipina",
		"ms": "Filipina", "lo": "ຟິລິບປິນ", "km": "ហ្វីលីពីន", "my": "ဖိလစ်ပိုင်", "fil": "Pilipinas",
	},
	"SGP": {
		"en": "Singapore", "zh": "新加坡", "th": "สิงคโปร์", "vi": "Singapore", "id": "Singapura",
		"ms": "Singapura", "lo": "ສິງກະໂປ", "km": "សិង្ហបុរី", "my": "စင်ကာပူ", "fil": "Singapore",
	},
	"THA": {
		"en": "Thailand", "zh": "泰国", "th": "ไทย", "vi": "Thái Lan", "id": "Thailand",
		"ms": "Thailand", "lo": "ໄທ", "km": "ថៃ", "my": "ထိုင်း", "fil": "Thailand",
	},
	"TLS": {
		"en": "Timor-Leste", "zh": "东帝汶", "th": "ติมอร์-เลสเต", "vi": "Timor-Leste", "id": "Timor Leste",
		"ms": "Timor-Leste", "lo": "ຕີມໍ-ເລສເຕ", "km": "ទីម័រ-ឡេស្តេ", "my": "တီမော-လက်စ်တေ", "fil": "Timor-Leste",
	},
	"VNM": {
		"en": "Vietnam", "zh": "越南", "th": "เวียดนาม", "vi": "Việt Nam", "id": "Vietnam",
		"ms": "Vietnam", "lo": "ຫວຽດນາມ", "km": "វៀតណាម", "my": "ဗီယက်နမ်", "fil": "Vietnam",
	},
}
