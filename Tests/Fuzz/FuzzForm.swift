@testable import HTTPServer

/// Percent-encoding, queries and cookies come out as a slow and plain reading has them. The first
/// byte of the input says as what the others are read.
func fuzzForm(_ input: [UInt8]) {
  guard let first = input.first else { return }
  let text = Array(input.dropFirst())
  switch first % 4 {
  case 0: checkPercentEncoding(text)
  case 1: checkForm(text)
  case 2: checkQuery(text)
  default: checkCookies(String(decoding: text, as: UTF8.self))
  }
}

// MARK: Percent-encoding

private func checkPercentEncoding(_ input: [UInt8]) {
  let decoded = PercentEncoding.decode(input)
  precondition(decoded.count <= input.count, "decoding made it longer")
  precondition(decoded == decodedPlainly(input))
  precondition(PercentEncoding.decode(encoded(input)) == input, "encoding does not come back")
  let isText = hasWholePairs(input) && !decoded.contains(0)
  let text = isText ? String(validating: decoded, as: UTF8.self) : nil
  precondition(PercentEncoding.decodeStrictly(input) == text)
}

/// Every byte as a `%` and two digits, small and large ones in turn.
private func encoded(_ bytes: some Collection<UInt8>) -> [UInt8] {
  var encoded: [UInt8] = []
  encoded.reserveCapacity(bytes.count * 3)
  for (index, byte) in bytes.enumerated() {
    let digits = index.isMultiple(of: 2) ? largeDigits : smallDigits
    encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
  }
  return encoded
}

private let smallDigits = Array("0123456789abcdef".utf8)
private let largeDigits = Array("0123456789ABCDEF".utf8)

private func decodedPlainly(_ bytes: [UInt8]) -> [UInt8] {
  var decoded: [UInt8] = []
  var rest = bytes[...]
  while let byte = rest.popFirst() {
    guard byte == UInt8(ascii: "%"), let value = pair(rest.prefix(2)) else {
      decoded.append(byte)
      continue
    }
    decoded.append(value)
    rest = rest.dropFirst(2)
  }
  return decoded
}

private func hasWholePairs(_ bytes: [UInt8]) -> Bool {
  bytes.indices.allSatisfy { bytes[$0] != UInt8(ascii: "%") || pair(bytes[($0 + 1)...]) != nil }
}

private func pair(_ bytes: ArraySlice<UInt8>) -> UInt8? {
  var value = 0
  let digits = bytes.prefix(2)
  for digit in digits {
    guard let number = largeDigits.firstIndex(of: digit) ?? smallDigits.firstIndex(of: digit)
    else { return nil }
    value = value * 16 + number
  }
  return digits.count == 2 ? UInt8(value) : nil
}

// MARK: Forms

private func checkForm(_ input: [UInt8]) {
  let form = Form(input.span)
  let pieces = input.split(separator: UInt8(ascii: "&"))
  precondition(form.items.count == pieces.count)
  // A pair does not depend on its neighbours.
  for (item, piece) in zip(form.items, pieces) {
    let alone = Form(piece.span).items
    precondition(alone.count == 1 && alone[0] == item)
    // U+FFFD is three bytes and stands for at least one.
    precondition(item.name.utf8.count + item.value.utf8.count <= 3 * piece.count)
  }
  let again = form.items.map { item in
    encoded(item.name.utf8) + [UInt8(ascii: "=")] + encoded(item.value.utf8)
  }
  let reread = Form(Array(again.joined(separator: [UInt8(ascii: "&")])).span)
  precondition(reread == form, "encoding does not come back")
  for name in form.items.map(\.name) {
    let values = form.items.filter { $0.name == name }.map(\.value)
    precondition(form.values(of: name) == values && form[name] == values[0])
  }
}

/// What a client could send behind a `?` is the form it would be in a body.
private func checkQuery(_ input: [UInt8]) {
  let sent = input.filter { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") }
  let request = Request(.get, "/?" + String(decoding: sent, as: UTF8.self))
  precondition(request.path == "/")
  precondition(request.query == Form(sent.span))
}

// MARK: Cookies

/// Each line of the text is a `Cookie` field.
private func checkCookies(_ text: String) {
  let lines = text.utf8.split { $0 == 0 || $0 == 10 || $0 == 13 }.map { String(Substring($0)) }
  let pairs = lines.flatMap(cookiesPlainly)
  let request = request(cookies: lines)
  for (name, _) in pairs {
    let first = pairs.first { $0.name.utf8.elementsEqual(name.utf8) }
    precondition(request.cookie(name) == first?.value)
    precondition(Array(request.cookie(name)!.utf8) == Array(first!.value.utf8))
  }
  let absent = "ballot"
  if !pairs.contains(where: { $0.name == absent }) { precondition(request.cookie(absent) == nil) }
  for (name, value) in pairs { checkSetCookie(name, value, behind: "other=1; \(name)2=3") }
}

/// RFC 6265, section 5.4, the other way round.
private func cookiesPlainly(_ line: String) -> [(name: String, value: String)] {
  let isBlank = { (byte: UInt8) in byte == 32 || byte == 9 }
  return line.utf8.split(separator: UInt8(ascii: ";")).compactMap { pair in
    var bytes = pair.drop(while: isBlank)
    while let last = bytes.last, isBlank(last) { bytes.removeLast() }
    let parts = bytes.split(
      separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else { return nil }
    return (String(Substring(parts[0])), String(Substring(parts[1])))
  }
}

/// What this server sets, it reads again; and it sets nothing that would be two fields or another
/// attribute.
private func checkSetCookie(_ name: String, _ value: String, behind others: String) {
  // Most names and values are refused, and then there is nothing to hold against it.
  guard let cookie = try? Cookie(name, value) else { return }
  let parts = cookie.description.split(separator: ";", omittingEmptySubsequences: false)
  precondition(parts == ["\(name)=\(value)", " Path=/", " SameSite=Lax", " HttpOnly"])
  let response = Response()
  response.set(cookie)
  precondition(response.fields.values(of: .setCookie) == [cookie.description])
  let request = request(cookies: ["\(others); \(name)=\(value)"])
  precondition(name == "other" || request.cookie(name) == value)
}

private func request(cookies lines: [String]) -> Request {
  var fields = Fields()
  // The lines were cut at every byte that a field cannot hold.
  for line in lines { fields.add(.cookie, try! FieldValue(line)) }
  return Request(.get, "/", fields: fields)
}
