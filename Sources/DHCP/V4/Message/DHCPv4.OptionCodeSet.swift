extension DHCPv4 {
    /// Codes of options: a bit for each of the 256.
    struct OptionCodeSet: Sendable {
        private var words = [4 of UInt64](repeating: 0)

        /// Puts a code in; whether it was not there.
        mutating func insert(_ code: OptionCode) -> Bool {
            let (word, bit) = Self.place(code)
            defer { words[word] |= bit }
            return words[word] & bit == 0
        }

        func contains(_ code: OptionCode) -> Bool {
            let (word, bit) = Self.place(code)
            return words[word] & bit != 0
        }

        private static func place(_ code: OptionCode) -> (word: Int, bit: UInt64) {
            (Int(code.rawValue >> 6), 1 << UInt64(code.rawValue & 63))
        }
    }
}
