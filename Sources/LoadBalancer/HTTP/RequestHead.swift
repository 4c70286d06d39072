/// A request's line and what its fields say to a proxy, as places in the head's octets (RFC 9112, 3 and 6).
struct RequestHead: BitwiseCopyable, Sendable {
    enum Method: UInt8, BitwiseCopyable, Sendable {
        case other, get, head, post, put, delete, options, patch, connect, trace

        /// Whether the request may be sent again although a first try may have had its effect (RFC 9110, 9.2.2).
        var isIdempotent: Bool {
            switch self {
            case .get, .head, .put, .delete, .options: true
            default: false
            }
        }
    }

    /// Octets of the whole head, its empty line included.
    var count = 0
    var method = Method.other
    var methodName = OctetRange()
    /// The target in origin form (or `*`): what is sent on.
    var target = OctetRange()
    /// The target's path, without its query.
    var path = OctetRange()
    /// The host and port asked for: the authority of an absolute target, else the Host field.
    var authority = OctetRange()
    /// The host alone, without the port.
    var host = OctetRange()
    /// The minor version: 0 or 1.
    var minor: UInt8 = 1
    var options: ConnectionOptions = []
    var body = BodyFraming.none
    var expectsContinue = false
    /// The protocols offered in Upgrade; empty without one.
    var upgrade = OctetRange()
    /// For OPTIONS alone; -1 without the field.
    var maxForwards = -1

    /// Whether the connection stays open for another request, as far as the client is concerned.
    var isPersistent: Bool {
        minor == 1 ? !options.contains(.close) : options.contains(.keepAlive) && !options.contains(.close)
    }

    /// Whether the client offers to change to another protocol.
    var offersUpgrade: Bool { options.contains(.upgrade) && !upgrade.isEmpty && minor == 1 }
}

extension RequestHead {
    /// Reads a head at the front of `octets`; `lines` holds its fields afterwards.
    static func read(
        _ octets: Span<UInt8>, fields lines: inout FieldTable, limits: Configuration.Limits,
        into head: inout RequestHead
    ) -> Progress {
        head = RequestHead()
        var position = 0
        // One empty line before a request is passed over (RFC 9112, 2.2), of which the first half may be all there is.
        if octets.count == 1, octets[0] == Octet.carriageReturn { return .partial }
        if octets.count >= 2, octets[0] == Octet.carriageReturn, octets[1] == Octet.lineFeed { position = 2 }
        switch head.readLine(octets, from: position, limits: limits) {
        case .complete(let next): position = next
        case .partial: return octets.count > limits.head ? .refused(.headTooLarge) : .partial
        case .refused(let reason): return .refused(reason)
        }
        switch lines.read(octets, from: position, limit: limits.fields) {
        case .complete(let end):
            guard end <= limits.head else { return .refused(.headTooLarge) }
            head.count = end
        case .partial: return octets.count > limits.head ? .refused(.headTooLarge) : .partial
        case .refused(let reason): return .refused(reason)
        }
        if let reason = head.interpret(octets, &lines) { return .refused(reason) }
        return .complete(head.count)
    }

    /// Reads `method SP request-target SP HTTP-version CRLF` (RFC 9112, 3).
    private mutating func readLine(_ octets: Span<UInt8>, from start: Int, limits: Configuration.Limits) -> Progress {
        let end = octets.count
        var position = start
        while position < end, Octet.isToken(octets[position]) { position &+= 1 }
        guard position < end else { return position - start > 64 ? .refused(.method) : .partial }
        guard octets[position] == Octet.space, position > start, position - start <= 64 else {
            return .refused(.method)
        }
        methodName = OctetRange(start, position)
        method = Self.method(octets, methodName)
        position &+= 1
        let targetStart = position
        while position < end, Octet.isTarget(octets[position]) { position &+= 1 }
        guard position - targetStart <= limits.target else { return .refused(.targetTooLong) }
        guard position < end else { return .partial }
        guard octets[position] == Octet.space, position > targetStart else {
            return .refused(octets[position] == Octet.carriageReturn ? .version : .target)
        }
        target = OctetRange(targetStart, position)
        position &+= 1
        guard position &+ 10 <= end else {
            // What there is of the version decides early whether to wait for more.
            let expected: StaticString = "HTTP/0."
            for index in position..<min(end, position + 7) {
                // Another version is refused by its own reason, when it is whole.
                let isRight =
                    index == position + 5
                    ? Octet.isDigit(octets[index])
                    : unsafe octets[index] == expected.utf8Start[index - position]
                guard isRight else { return .refused(.version) }
            }
            return .partial
        }
        let name: StaticString = "HTTP/"
        for index in 0..<5 where unsafe octets[position + index] != name.utf8Start[index] { return .refused(.version) }
        guard Octet.isDigit(octets[position + 5]), octets[position + 6] == 0x2E, Octet.isDigit(octets[position + 7])
        else {
            return .refused(.version)
        }
        guard octets[position + 5] == 0x31 else { return .refused(.versionUnsupported) }
        minor = octets[position + 7] == 0x30 ? 0 : 1
        guard octets[position + 8] == Octet.carriageReturn, octets[position + 9] == Octet.lineFeed else {
            return .refused(octets[position + 8] == Octet.lineFeed ? .bareLineFeed : .version)
        }
        return .complete(position + 10)
    }

    private static func method(_ octets: Span<UInt8>, _ name: OctetRange) -> Method {
        // Methods are case-sensitive (RFC 9110, 9.1), so these are compared as they stand.
        var word: UInt64 = 0
        guard name.count <= 8 else { return .other }
        for index in name.range { word = word << 8 | UInt64(octets[index]) }
        return switch word {
        case 0x47_4554: .get
        case 0x4845_4144: .head
        case 0x504F_5354: .post
        case 0x50_5554: .put
        case 0x4445_4C45_5445: .delete
        case 0x4F_5054_494F_4E53: .options
        case 0x50_4154_4348: .patch
        case 0x43_4F4E_4E45_4354: .connect
        case 0x54_5241_4345: .trace
        default: .other
        }
    }

    /// Draws from the fields what a proxy acts upon; a reason when they contradict each other or the rules.
    private mutating func interpret(_ octets: Span<UInt8>, _ lines: inout FieldTable) -> Reason? {
        var hosts = 0
        var lengths = 0
        var codings = 0
        var length = 0
        for index in 0..<lines.count {
            let line = lines[index]
            switch line.known {
            case .other: continue
            case .host:
                hosts += 1
                authority = line.value
            case .contentLength:
                lengths += 1
                guard let value = octets.decimal(line.value) else { return .contentLength }
                length = value
            case .transferEncoding:
                codings += 1
                guard octets.matches(line.value, "chunked") else { return Self.codingFault(octets, line.value) }
            case .connection:
                guard let more = lines.nominate(octets, from: line.value) else { return .connectionOption }
                options.formUnion(more)
            case .expect:
                guard octets.matches(line.value, "100-continue") else { return .expectation }
                expectsContinue = minor == 1
            case .upgrade: upgrade = Self.offersHTTP(octets, line.value) ? OctetRange() : line.value
            case .maxForwards where method == .options || method == .trace:
                guard let value = octets.decimal(line.value) else { return .maxForwards }
                maxForwards = value
            default: continue
            }
        }
        guard hosts <= 1 else { return .hostRepeated }
        guard hosts == 1 || minor == 0 else { return .hostMissing }
        guard lengths <= 1 else { return .contentLengthRepeated }
        guard codings <= 1 else { return .transferCoding }
        guard codings == 0 || minor == 1 else { return .transferCodingInHTTP10 }
        guard codings == 0 || lengths == 0 else { return .lengthAndCoding }
        body = codings == 1 ? .chunked : lengths == 1 && length > 0 ? .length(length) : .none
        if !authority.isEmpty || hosts == 1, let reason = readAuthority(octets) { return reason }
        return readTarget(octets)
    }

    /// Whether another HTTP is offered, in which requests would pass unexamined: such an offer ends here, as RFC 9113, 3.1,
    /// has done away with it.
    private static func offersHTTP(_ octets: Span<UInt8>, _ value: OctetRange) -> Bool {
        var position = Int(value.start)
        while let member = octets.nextMember(of: value, at: &position) {
            let front = OctetRange(Int(member.start), Int(member.start) + min(4, Int(member.count)))
            if octets.matches(member, "h2c") || octets.matches(member, "h2") || octets.matches(front, "http") {
                return true
            }
        }
        return false
    }

    private static func codingFault(_ octets: Span<UInt8>, _ value: OctetRange) -> Reason {
        var position = Int(value.start)
        var last = OctetRange()
        while let member = octets.nextMember(of: value, at: &position) {
            if octets.matches(last, "chunked") { return .transferCoding }
            last = member
        }
        // Codings that end with chunked delimit the body but are not ours to undo (RFC 9112, 6.1: 501).
        return octets.matches(last, "chunked") ? .transferCodingUnknown : .transferCoding
    }
}
