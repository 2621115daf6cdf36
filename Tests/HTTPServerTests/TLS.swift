import Foundation

/// What a client sends first that speaks TLS.
enum TLS {
  /// A ClientHello for `vote.example` in its record, as OpenSSL 3 sends it (RFC 8446, sections 4.1.2
  /// and 5.1): 517 bytes, of which the last ones are padding.
  static let clientHello: [UInt8] = {
    let start = Data(base64Encoded: base64.filter { !$0.isWhitespace }) ?? Data()
    return [UInt8](start) + [UInt8](repeating: 0, count: 517 - start.count)
  }()

  private static let base64 = """
    FgMBAgABAAH8AwOzZMyLQqVMWVfHYVuRfDM6qgRo86g/TIYP3K/XNFFmrSANDgeoNQPz5aDra3WRjCkFB9c/
    8iQ25CRqDQe3GlIsEwAkEwITAxMBwCzAMMArwC/MqcyowCTAKMAjwCcAnwCeAGsAZwD/AQABjwAAABEADwAA
    DHZvdGUuZXhhbXBsZQALAAQDAAECAAoAFgAUAB0AFwAeABkAGAEAAQEBAgEDAQQAIwAAABAADgAMAmgyCGh0
    dHAvMS4xABYAAAAXAAAADQAqACgEAwUDBgMIBwgICAkICggLCAQIBQgGBAEFAQYBAwMDAQMCBAIFAgYCACsA
    BQQDBAMDAC0AAgEBADMAJgAkAB0AIApgLMVMjFAnNWTupYEliUixx/YUA0aLwcK0ECsa+2IDABUAzwAA
    """
}
