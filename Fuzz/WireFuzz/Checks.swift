import Wire

/// Options of both kinds end, and put together again they are the octets they came from, as far as they were read.
func readOptions(_ octets: [UInt8]) {
    let octets = Array(octets.prefix(OptionOctets.limit))
    var tcp = TCPOptions()
    tcp.octets.append(octets.span.octets)
    var tcpReader = tcp.makeReader()
    var tcpAgain = TCPOptions()
    while let option = try? tcpReader.next() { tcpAgain.append(option) }
    precondition(isPrefix(tcpAgain.octets, of: octets), "TCP options are written as they came")
    var ipv4 = IPv4Options()
    ipv4.octets.append(octets.span.octets)
    var ipv4Reader = ipv4.makeReader()
    var ipv4Again = IPv4Options()
    while let option = try? ipv4Reader.next() { ipv4Again.append(option) }
    precondition(isPrefix(ipv4Again.octets, of: octets), "IPv4 options are written as they came")
}

private func isPrefix(_ held: OptionOctets, of octets: [UInt8]) -> Bool {
    held.count <= octets.count && held.octets.isEqual(to: octets.span.octets.extracting(first: held.count))
}

/// An extension header of the kind that the first octet says, with its options.
func readExtensions(_ octets: [UInt8]) {
    guard let first = octets.first, IPProtocol(rawValue: first).isIPv6Extension else { return }
    var rest = octets.span.octets.extracting(droppingFirst: 1)
    let before = rest.byteCount
    do throws(WireError) {
        let header = try IPv6Extension(IPProtocol(rawValue: first), reading: &rest)
        let total = header.octets.byteCount + rest.byteCount
        precondition(total == before, "a header and the rest are the whole")
        guard var options = header.options else { return }
        var end = 0
        while let option = try options.next() {
            precondition(option.value.lowerBound >= end, "options are one behind the other")
            let size = options.octets.byteCount
            precondition(option.value.upperBound <= size, "an option is inside of its header")
            end = option.value.upperBound
        }
    } catch {
        precondition(!error.layer.name.isEmpty, "a refusal names its layer")
    }
}

/// Text that an address or a prefix is read from is written in one form, which reads as the same.
func readText(_ octets: [UInt8]) {
    if let value = MACAddress(text: octets.span) { precondition(MACAddress(value.description) == value, "one form") }
    if let value = IPv4Address(text: octets.span) {
        precondition(Array(value.description.utf8) == octets, "a dotted quad has one form")
    }
    if let value = IPv6Address(text: octets.span) {
        precondition(IPv6Address(value.description) == value, "one form")
        precondition(value.description.utf8.count <= octets.count + 13, "the one form is short")
    }
    if let value = IPv4Prefix(text: octets.span) {
        precondition(Array(value.description.utf8) == octets, "a prefix has one form")
        precondition(value.contains(value.address) && value.contains(value.last), "a prefix holds its ends")
    }
    if let value = IPv6Prefix(text: octets.span) {
        precondition(IPv6Prefix(value.description) == value, "one form")
        precondition(value.contains(value.address) && value.contains(value.last), "a prefix holds its ends")
    }
    if let value = Port(text: octets.span) { precondition(Array(value.description.utf8) == octets, "one form") }
}

/// The sum of two pieces is that of the whole, wherever it is cut.
func sum(_ octets: [UInt8]) {
    guard let first = octets.first else { return }
    let cut = min(Int(first), octets.count)
    var pieces = Checksum()
    pieces.add(octets.span.octets.extracting(first: cut))
    pieces.add(octets.span.octets.extracting(droppingFirst: cut))
    precondition(pieces.value == Checksum.of(octets.span.octets), "pieces sum up to the whole")
}

/// A dissection's parts are inside of the frame, and in order.
func dissect(_ octets: [UInt8], from start: Dissection.Start) {
    let frame = Dissection(octets.span.octets, from: start)
    precondition((frame.error == nil) == (frame.errorOffset == nil), "an error has a place")
    precondition(frame.payload.upperBound <= octets.count, "the payload is inside of the frame")
    precondition(frame.missing >= 0, "nothing is missing, or something")
    precondition(frame.errorOffset ?? 0 <= octets.count, "an error is inside of the frame")
    precondition(frame.networkOffset ?? 0 <= frame.transportOffset ?? octets.count, "the transport is behind")
    precondition(frame.transport == nil || frame.network != nil, "a transport is on a network")
    precondition(frame.extensionCount <= IPv6Extension.limit, "extension headers are bounded")
    if let offset = frame.transportOffset { precondition(offset <= frame.payload.lowerBound, "headers come first") }
}
