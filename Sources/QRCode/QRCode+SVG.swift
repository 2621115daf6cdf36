extension QRCode {
  /// A picture in SVG that fits any size: black on white with its quiet zone, in every theme, since
  /// many cameras do not read light on dark.
  public var svg: String {
    let side = size + 2 * Self.quietZone
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(side) \(side)" \
      shape-rendering="crispEdges"><rect width="\(side)" height="\(side)" fill="#fff"/>\
      <path fill="#000" d="\(path)"/></svg>
      """
  }

  /// A rectangle for every run of dark modules in a row; its left side closes by itself.
  private var path: String {
    var path = ""
    for row in 0..<size {
      var column = 0
      while column < size {
        let start = column
        while isDark(row: row, column: column) { column += 1 }
        let run = column - start
        if run > 0 {
          path +=
            "M\(start + Self.quietZone) \(row + Self.quietZone)h\(run)v1H\(start + Self.quietZone)"
        }
        column += 1
      }
    }
    return path
  }
}
