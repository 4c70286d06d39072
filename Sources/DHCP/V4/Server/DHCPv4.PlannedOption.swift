import Wire

extension DHCPv4 {
    /// An option of an answer before it is written: a value that is there already, or a number, so that nothing is allocated.
    enum PlannedOption: Sendable {
        case raw(RawOption)
        case word(OptionCode, UInt32)
        case octet(OptionCode, UInt8)
        /// What the client sent under the code comes back as it was.
        case echo(OptionCode, size: Int)

        var code: OptionCode {
            switch self {
            case .raw(let option): option.code
            case .word(let code, _), .octet(let code, _), .echo(let code, _): code
            }
        }

        /// How many octets it takes with code and length.
        var framedSize: Int {
            switch self {
            case .raw(let option): option.framedSize
            case .word: 6
            case .octet: 3
            case .echo(_, let size): DHCPv4.framedSize(size)
            }
        }

        /// Appends the option.
        func write(to octets: inout OutputSpan<UInt8>, from view: borrowing MessageView) {
            switch self {
            case .raw(let option): option.write(to: &octets)
            case .word(let code, let value):
                octets.append(code.rawValue)
                octets.append(4)
                octets.append(uint32: value)
            case .octet(let code, let value):
                octets.append(code.rawValue)
                octets.append(1)
                octets.append(value)
            case .echo: raw(from: view).write(to: &octets)
            }
        }

        /// The option as octets of its own.
        func raw(from view: borrowing MessageView) -> RawOption {
            switch self {
            case .raw(let option): return option
            case .word(let code, let value):
                return RawOption(code: code, value: [UInt8](capacity: 4) { $0.append(uint32: value) })
            case .octet(let code, let value): return RawOption(code: code, value: [value])
            case .echo(let code, _):
                let value = try? view.withValue(of: code) { (value) throws(WireError) in [UInt8](copying: value) }
                return RawOption(code: code, value: value ?? [])
            }
        }
    }
}
