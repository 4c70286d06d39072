/// A port of a bridge, as Open vSwitch's database has it (ovs-vswitchd.conf.db(5)).
public struct BridgePort: Hashable, Sendable {
    /// The interface's name.
    public var name: String
    /// The port's number; nil if Open vSwitch has given it none, or could not open the interface.
    public var number: PortNumber?
    /// What others keep at it (`external_ids`).
    public var externalIdentifiers: [String: String]
    /// Why the interface is no use; nil if it is.
    public var error: String?

    /// Makes a port.
    public init(
        name: String, number: PortNumber?, externalIdentifiers: [String: String] = [:], error: String? = nil
    ) {
        self.name = name
        self.number = number
        self.externalIdentifiers = externalIdentifiers
        self.error = error
    }

    /// Those of the columns that hold sets of more than one element.
    public static let sets: [String: Set<String>] = ["Bridge": ["ports"], "Port": ["interfaces"]]

    /// The columns to monitor, by table.
    public static let columns = [
        "Bridge": ["name", "ports"], "Port": ["name", "interfaces"],
        "Interface": ["name", "ofport", "external_ids", "error"],
    ]
}

extension OVSDBTables {
    /// The ports of a bridge, in the order of their names; none if there is no such bridge.
    public func ports(of bridge: String) -> [BridgePort] {
        guard let row = rows["Bridge"]?.values.first(where: { $0["name"] == .string(bridge) }) else { return [] }
        let ports = (row["ports"]?.elements ?? []).compactMap(\.uuid).compactMap { rows["Port"]?[$0] }
        let interfaces = ports.flatMap { $0["interfaces"]?.elements ?? [] }.compactMap(\.uuid)
        return interfaces.compactMap { rows["Interface"]?[$0] }.compactMap(Self.port).sorted { $0.name < $1.name }
    }

    private static func port(_ row: [String: JSON]) -> BridgePort? {
        guard let name = row["name"]?.string else { return nil }
        // No number is an empty set, and -1 stands for an interface that could not be opened.
        let number = row["ofport"]?.integer.flatMap { UInt32(exactly: $0) }.map { PortNumber(rawValue: $0) }
        var identifiers: [String: String] = [:]
        for pair in row["external_ids"]?.pairs ?? [] {
            if let key = pair[0].string, let value = pair[1].string { identifiers[key] = value }
        }
        return BridgePort(
            name: name, number: number, externalIdentifiers: identifiers, error: row["error"]?.string)
    }
}
