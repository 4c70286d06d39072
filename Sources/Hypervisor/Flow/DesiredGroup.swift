import OpenFlow

/// A group that somebody wants.
///
/// Its buckets may name ports, as flows do. A bucket whose port is missing is left out until the bridge has it: a group is there to
/// choose among what there is.
struct DesiredGroup: Hashable, Sendable {
    let text: String
    let object: UInt32
    let number: UInt32
    /// What stands before the buckets.
    private let head: String
    private let buckets: [FlowTemplate]
    /// Why the switch cannot have it, if it refused.
    var rejection: String?

    /// Reads one.
    init(_ text: String, object: UInt32) throws(FlowTextError) {
        guard text.utf8.count <= FlowTemplate.limit, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw FlowTextError("it is too long, or has a line break or another control")
        }
        (self.text, self.object) = (text, object)
        var parts = text.split(separator: "bucket=", omittingEmptySubsequences: false)[...]
        head = String(parts.popFirst() ?? "")
        buckets = parts.map { FlowTemplate(actions: String($0)) }
        let names = buckets.flatMap(\.names)
        guard names.allSatisfy({ !$0.isEmpty && $0.utf8.count <= 255 }) else {
            throw FlowTextError("a port's name has 1 to 255 octets")
        }
        let read = Self.read(head, buckets.map { $0.text { _ in PortNumber(rawValue: 1) } })
        switch read {
        case .success(let group): number = group.group
        // Where names were replaced the columns are those of another text.
        case .failure(let error): throw FlowTextError(names.isEmpty ? "\(error)" : error.message)
        }
        guard number != GroupMod.allGroups else { throw FlowTextError("a group is one, not all") }
    }

    private static func read(_ head: String, _ buckets: [String]) -> Result<GroupMod, TextError> {
        Result { () throws(TextError) in
            try GroupMod(.add, text: head + buckets.map { "bucket=" + $0 }.joined())
        }
    }

    /// The ports that its buckets name.
    var names: Set<String> { Set(buckets.flatMap(\.names)) }

    /// As the switch should have it, with the buckets whose ports are there.
    func group(_ resolve: (String) -> PortNumber?) -> GroupMod {
        let there = buckets.filter { $0.names.allSatisfy { resolve($0) != nil } }
        let texts = there.map { bucket in bucket.text { resolve($0) ?? .any } }
        // Numbers are as good as the one that it was read with.
        guard case .success(let group) = Self.read(head, texts) else {
            return GroupMod(.add, type: .all, group: number)
        }
        return group
    }

    /// Whether it asks for the same as another with the same number.
    func isSame(as other: DesiredGroup) -> Bool { text == other.text && object == other.object }
}

/// A group as it is kept.
package struct StoredGroup: Hashable, Sendable {
    package var text: String
    package var object: UInt32

    init(text: String, object: UInt32) { (self.text, self.object) = (text, object) }

    init(_ group: DesiredGroup) { self.init(text: group.text, object: group.object) }
}
