/// How far a head could be read.
enum Progress: Equatable {
    /// Complete; the offset behind its empty line.
    case complete(Int)
    /// More octets are needed.
    case partial
    /// It breaks a rule.
    case refused(Reason)
}

extension FieldTable {
    /// Reads field lines from `start` to the empty line (RFC 9112, 5).
    ///
    /// Nothing is mended: a line that the grammar does not allow refuses the head, because two readers that mend
    /// differently are how requests are smuggled.
    mutating func read(_ head: Span<UInt8>, from start: Int, limit: Int) -> Progress {
        removeAll()
        let end = head.count
        var position = start
        while true {
            guard position < end else { return .partial }
            let first = head[position]
            if first == Octet.carriageReturn {
                guard position + 1 < end else { return .partial }
                return head[position + 1] == Octet.lineFeed ? .complete(position + 2) : .refused(.bareCarriageReturn)
            }
            let nameStart = position
            while position < end, Octet.isToken(head[position]) { position &+= 1 }
            guard position < end else { return .partial }
            guard head[position] == Octet.colon, position > nameStart else {
                return .refused(Self.fault(of: head[position], atStart: position == nameStart))
            }
            let name = OctetRange(nameStart, position)
            let afterColon = position + 1
            position = afterColon
            while position < end, Octet.isBlank(head[position]) { position &+= 1 }
            let valueStart = position
            position = head.firstControl(from: position)
            guard position < end else { return .partial }
            var valueEnd = position
            switch head[position] {
            case Octet.carriageReturn:
                guard position + 1 < end else { return .partial }
                guard head[position + 1] == Octet.lineFeed else { return .refused(.bareCarriageReturn) }
                position &+= 2
            case Octet.lineFeed: return .refused(.bareLineFeed)
            default: return .refused(.controlInField)
            }
            let lineEnd = valueEnd
            while valueEnd > valueStart, Octet.isBlank(head[valueEnd - 1]) { valueEnd &-= 1 }
            var line = FieldLine()
            line.name = name
            line.value = OctetRange(valueStart, max(valueStart, valueEnd))
            line.known = FieldName(head, name)
            line.isCanonical =
                valueStart == afterColon + 1 && head[afterColon] == Octet.space && valueEnd == lineEnd
            guard count < limit, append(line) else { return .refused(.tooManyFields) }
        }
    }

    /// Why a line does not begin with a name and a colon.
    private static func fault(of octet: UInt8, atStart: Bool) -> Reason {
        switch octet {
        case Octet.space, Octet.tab: atStart ? .foldedField : .blankBeforeColon
        case Octet.lineFeed: .bareLineFeed
        case Octet.carriageReturn: .fieldWithoutColon
        default: .fieldName
        }
    }

    /// Marks the lines that a Connection field nominates, and collects what its options say.
    ///
    /// Returns nil when an option names a field that everybody on the way needs.
    mutating func nominate(_ head: Span<UInt8>, from connection: OctetRange) -> ConnectionOptions? {
        var options = ConnectionOptions()
        var position = Int(connection.start)
        while let option = head.nextMember(of: connection, at: &position) {
            if head.matches(option, "close") {
                options.insert(.close)
            } else if head.matches(option, "keep-alive") {
                options.insert(.keepAlive)
            } else if head.matches(option, "upgrade") {
                options.insert(.upgrade)
            } else {
                for index in option.range where !Octet.isToken(head[index]) { return nil }
                switch FieldName(head, option) {
                case .host, .contentLength: return nil
                default: break
                }
                for index in 0..<count where head.matches(self[index].name, option) { self[index].isNominated = true }
            }
        }
        return options
    }
}

/// What a Connection field asks for (RFC 9110, 7.6.1).
struct ConnectionOptions: OptionSet, BitwiseCopyable, Sendable {
    let rawValue: UInt8
    static let close = ConnectionOptions(rawValue: 1)
    static let keepAlive = ConnectionOptions(rawValue: 2)
    static let upgrade = ConnectionOptions(rawValue: 4)
}
