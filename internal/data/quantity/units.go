package quantity

import (
	"slices"
	"strings"
	"unicode"
)

// A currency is known by its code and by signs that stand before numbers or behind.
type currency struct {
	code, name string
	signs      []string
}

// currencies are those that are told from other units: their signs stand before the
// number too, and a number with such a sign is an amount however few there are. The dollar
// without a country is that of the United States. Codes are those of ISO 4217.
var currencies = []currency{
	{"USD", "US dollars", []string{"US$", "$"}},
	{"EUR", "euros", []string{"€"}},
	{"GBP", "pounds", []string{"£"}},
	{"JPY", "yen", []string{"¥", "￥", "円"}},
	{"CNY", "yuan", []string{"元", "RMB"}},
	{"CHF", "Swiss francs", []string{"Fr.", "SFr."}},
	{"CAD", "Canadian dollars", []string{"CA$", "C$"}},
	{"AUD", "Australian dollars", []string{"AU$", "A$"}},
	{"NZD", "New Zealand dollars", []string{"NZ$"}},
	{"HKD", "Hong Kong dollars", []string{"HK$"}},
	{"SGD", "Singapore dollars", []string{"S$"}},
	{"TWD", "Taiwan dollars", []string{"NT$"}},
	{"MXN", "Mexican pesos", []string{"MX$", "Mex$"}},
	{"BRL", "reais", []string{"R$"}},
	{"INR", "rupees", []string{"₹", "Rs.", "Rs"}},
	{"RUB", "roubles", []string{"₽", "руб.", "руб"}},
	{"KRW", "won", []string{"₩", "원"}},
	{"TRY", "lira", []string{"₺"}},
	{"UAH", "hryvnias", []string{"₴"}},
	{"PLN", "złoty", []string{"zł"}},
	{"CZK", "Czech crowns", []string{"Kč"}},
	{"SEK", "Swedish crowns", nil},
	{"NOK", "Norwegian crowns", nil},
	{"DKK", "Danish crowns", nil},
	{"kr", "crowns", []string{"kr."}},
	{"HUF", "forints", []string{"Ft"}},
	{"VND", "dong", []string{"₫"}},
	{"ILS", "shekels", []string{"₪"}},
	{"THB", "baht", []string{"฿"}},
	{"PHP", "Philippine pesos", []string{"₱"}},
	{"NGN", "naira", []string{"₦"}},
	{"ZAR", "rand", nil},
	{"AED", "dirhams", nil},
	{"SAR", "riyals", nil},
	{"IDR", "rupiah", []string{"Rp", "Rp."}},
	{"MYR", "ringgit", []string{"RM"}},
}

// signs are all signs and codes of currencies, the longer ones first.
var signs = func() (all []sign) {
	for i := range currencies {
		c := &currencies[i]
		all = append(all, sign{c.code, c}, sign{strings.ToLower(c.code), c})
		for _, s := range c.signs {
			all = append(all, sign{s, c})
		}
	}
	slices.SortStableFunc(all, func(a, b sign) int { return len(b.text) - len(a.text) })
	return all
}()

type sign struct {
	text string
	*currency
}

// currencyNamed returns the currency of a sign or code, or nil.
func currencyNamed(text string) *currency {
	for _, s := range signs {
		if s.text == text {
			return s.currency
		}
	}
	return nil
}

// cutCurrency takes the sign of a currency from the front of what has a number behind it.
func cutCurrency(s string) (c *currency, rest string) {
	for _, sign := range signs {
		if rest, found := strings.CutPrefix(s, sign.text); found {
			rest = strings.TrimLeft(rest, " ")
			if rest != "" && strings.ContainsAny(rest[:1], "0123456789.,+-(") {
				return sign.currency, rest
			}
		}
	}
	return nil, s
}

// magnitudes are words behind a number that multiply it, each with its power of ten.
var magnitudes = map[string]int{
	"k": 3, "K": 3, "tsd": 3, "thousand": 3, "thousands": 3,
	"m": 6, "M": 6, "mn": 6, "Mn": 6, "mln": 6, "mio": 6, "Mio": 6, "million": 6, "millions": 6,
	"b": 9, "B": 9, "bn": 9, "Bn": 9, "mrd": 9, "Mrd": 9, "billion": 9, "billions": 9,
	"tn": 12, "trillion": 12, "trillions": 12,
	"lakh": 5, "lakhs": 5, "Lakh": 5, "Lakhs": 5, "lac": 5, "Lac": 5, "lacs": 5, "Lacs": 5,
	"cr": 7, "Cr": 7, "crore": 7, "Crore": 7, "crores": 7, "Crores": 7,
}

// percent are the spellings of one unit.
var percent = []string{"%", "percent", "per cent", "pct", "pct."}

// usual are units that make amounts of however few numbers. Of others, and of a single
// letter, there must be many (seldom).
var usual = strings.Fields(`km cm mm mi miles mile ft feet foot in inch inches yd yards meter meters metre metres
	kg mg lb lbs oz pounds tons tonnes ml cl dl liter liters litre litres gal gallons qt pt
	kW kWh MW MWh GW GWh Wh hp HP bhp BHP PS kJ MJ kcal cal mAh Ah mA kV Hz kHz MHz GHz Nm nm rpm RPM bar psi Pa hPa kPa MPa
	km/h kmh kph mph m/s ft/s knots kn mpg kmpl km/l km/kg l/100km L/100km g/km
	m² m2 km² km2 m³ m3 cm³ cm3 cc CC ccm ft² ft2 sqft sqm ha acres acre
	°C °F ° degC degF KB kB MB GB TB kb/s Mbit/s Mbps Gbps px MP mp dpi ppi ppm ppb dB mol mmol/l mg/dl mg/l µg µm`)

// unitKey is the same for spellings of one unit: one with a point, in capitals, of several.
func unitKey(unit string) string {
	if slices.Contains(percent, strings.ToLower(unit)) {
		return "%"
	}
	key := strings.TrimRight(strings.Join(strings.Fields(unit), " "), ".")
	if letters := len([]rune(key)); letters >= 3 {
		if key = strings.ToLower(key); letters > 3 && strings.HasSuffix(key, "s") {
			key = key[:len(key)-1]
		}
	}
	return key
}

// usualKeys are the keys of usual.
var usualKeys = func() map[string]bool {
	keys := map[string]bool{}
	for _, unit := range usual {
		keys[unitKey(unit)] = true
	}
	return keys
}()

// longestUnit is how many characters a unit has at most: what is longer is a sentence.
const longestUnit = 20

// unit reports whether what stands behind a number may be its unit: letters and signs that
// are no digits, but for a power at the end.
func unit(s string) bool {
	runes := []rune(s)
	if len(runes) == 0 || len(runes) > longestUnit {
		return false
	}
	if !unicode.IsLetter(runes[0]) && !strings.ContainsRune("%‰°µ/\"'¢", runes[0]) {
		return false
	}
	for i, r := range runes {
		if r == '2' || r == '3' {
			if i == 0 || i < len(runes)-1 || !unicode.IsLetter(runes[i-1]) && runes[i-1] != '^' {
				return s == "l/100km" || s == "L/100km"
			}
			continue
		}
		if !unicode.IsLetter(r) && !strings.ContainsRune("%‰°µ²³/\"'¢ .·^", r) {
			return s == "l/100km" || s == "L/100km"
		}
	}
	return true
}
