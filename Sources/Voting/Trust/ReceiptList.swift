/// The published list of a round: what every ballot says, under its receipt.
enum ReceiptList {
  static let header = "receipt,answer\n"

  /// A header, then a line for each ballot, sorted by their bytes, each ended by a line feed.
  static func text(of ballots: some Collection<Ballot>) -> [UInt8] {
    var lines = ballots.compactMap { ballot in
      ballot.receipt.map { (receipt: $0, choice: ballot.choice) }
    }
    // The alphabet is in the order of its bytes, and all receipts are of one length.
    lines.sort {
      ($0.receipt.number, $0.choice.rawValue) < ($1.receipt.number, $1.choice.rawValue)
    }
    var bytes = Array(header.utf8)
    bytes.reserveCapacity(bytes.count + lines.count * 16)
    for line in lines {
      bytes += line.receipt.description.utf8
      bytes.append(UInt8(ascii: ","))
      bytes += line.choice.rawValue.utf8
      bytes.append(UInt8(ascii: "\n"))
    }
    return bytes
  }
}
