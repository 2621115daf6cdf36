extension QRCode {
  /// The columns that `terminalText` takes.
  public var terminalColumns: Int { size + 2 * Self.quietZone }

  /// Lines for a terminal, each with its line break: a character is two modules, one above the other.
  ///
  /// The colours are set by escape codes, black on white whatever the terminal's own are (of 256, as
  /// the white of the first 16 is grey in many). For a terminal only, never for a file.
  public var terminalText: String {
    let range = -Self.quietZone..<size + Self.quietZone
    return stride(from: range.lowerBound, to: range.upperBound, by: 2).reduce(into: "") {
      text, row in
      let line = range.map { column in
        switch (isDark(row: row, column: column), isDark(row: row + 1, column: column)) {
        case (false, false): " "
        case (true, false): "\u{2580}"
        case (false, true): "\u{2584}"
        case (true, true): "\u{2588}"
        }
      }
      text += "\u{1B}[38;5;16;48;5;231m\(line.joined())\u{1B}[0m\n"
    }
  }
}
