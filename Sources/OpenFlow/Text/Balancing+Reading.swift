import Wire

extension HashFields {
    init(_ text: TextSlice) throws(TextError) {
        guard let index = Self.names.firstIndex(of: text.string.lowercased()) else {
            throw text.error("'\(text.string)' is nothing to hash")
        }
        self.init(rawValue: UInt16(index))
    }
}

extension Multipath {
    init(_ value: TextSlice) throws(TextError) {
        let parts = value.parts(between: ", ")
        guard parts.count == 6 else {
            throw value.error("multipath takes fields, basis, algorithm, links, argument and target")
        }
        guard let algorithm = Self.algorithms.firstIndex(of: parts[2].string.lowercased()) else {
            throw parts[2].error("no algorithm is called '\(parts[2].string)'")
        }
        let links: UInt32 = try parts[3].number("a number of links")
        guard 1...65_536 ~= links else { throw parts[3].error("there are 1 to 65536 links") }
        let target = try parts[5].subfield()
        guard target.field.fitsFourOctets, target.bits <= 64 else {
            throw parts[5].error("this field cannot hold a link")
        }
        guard target.bits >= 16 || links <= 1 << UInt32(target.bits) else {
            throw parts[5].error("\(target.bits) bits do not hold \(links) links")
        }
        self.init(
            fields: try HashFields(parts[0]), basis: try parts[1].number("a basis"), algorithm: UInt16(algorithm),
            lastLink: UInt16(links - 1), argument: try parts[4].number("an argument"), target: target)
    }
}

extension BundleAction {
    init(_ value: TextSlice, loads: Bool) throws(TextError) {
        let parts = value.parts(between: ", :[]")
        // A subfield in brackets falls apart here, so it is read anew from where it stood.
        guard parts.count > (loads ? 5 : 4) else { throw value.error("fields, basis, algorithm, ofport and members") }
        guard let algorithm = Self.algorithms.firstIndex(of: parts[2].string.lowercased()) else {
            throw parts[2].error("no algorithm is called '\(parts[2].string)'")
        }
        guard parts[3].string == "ofport" else { throw parts[3].error("members are of the type ofport") }
        guard let list = value.split(at: "members:") ?? value.split(at: "slaves:") else {
            throw value.error("members are missing")
        }
        var ports: [PortNumber] = []
        for part in list.after.parts(between: ", []") {
            guard let port = part.port, port.narrow != nil else { throw part.error("'\(part.string)' is no port") }
            ports.append(port)
        }
        guard ports.count <= 2048 else { throw list.after.error("there are at most 2048 members") }
        var target: Subfield?
        if loads {
            let text = value.slice(parts[4].start, list.before.end).parts(between: ", ")
            guard let first = text.first else { throw value.error("a field to load is missing") }
            let field = try first.subfield()
            guard field.field.fitsFourOctets, field.bits <= 64 else {
                throw first.error("this field cannot hold a port")
            }
            target = field
        }
        self.init(
            fields: try HashFields(parts[0]), basis: try parts[1].number("a basis"), algorithm: UInt16(algorithm),
            ports: ports, target: target)
    }
}
