import Settings

/// What is shown of one layer of a frame.
struct DecodedLayer {
    /// What the layer calls its unit of data.
    enum Unit: String {
        case frame, packet, segment, datagram, message, payload
    }

    let unit: Unit
    let name: String
    /// One line for people.
    var summary: String
    /// Further lines, for those who asked.
    var details: [String] = []
    /// The same and more for programs.
    var fields: [(String, JSON)]

    init(_ unit: Unit, _ name: String, _ summary: String, fields: [(String, JSON)] = []) {
        (self.unit, self.name, self.summary, self.fields) = (unit, name, summary, fields)
    }
}
