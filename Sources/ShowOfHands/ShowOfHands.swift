@main struct ShowOfHands { static func main() {} }
