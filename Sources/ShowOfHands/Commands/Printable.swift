/// A value as a message may show it: on one line, and with nothing in it that a terminal would obey.
func printable(_ value: String, maxCharacters: Int = 60) -> String {
  let shown = value.prefix(maxCharacters).unicodeScalars.map { scalar in
    DisplayText.isHarmless(scalar) ? String(scalar) : "\\u{\(String(scalar.value, radix: 16))}"
  }
  return shown.joined() + (value.count > maxCharacters ? "…" : "")
}
