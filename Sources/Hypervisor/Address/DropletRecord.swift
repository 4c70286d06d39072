package import ServiceAPI

/// A droplet as it is held: what the caller sent, and what was made of it.
package struct DropletRecord: Equatable, Sendable {
    package let identifier: String
    package let generation: UInt64

    /// The VLAN tag of its port's frames between the bridge and us.
    package let tag: UInt16

    /// As the caller sent them, which is what is stored and shown.
    package let message: Apus_Hvaddr_V1_Parameters
    package let parameters: DropletParameters

    package init(
        identifier: String, generation: UInt64, tag: UInt16, message: Apus_Hvaddr_V1_Parameters,
        parameters: DropletParameters
    ) {
        (self.identifier, self.generation, self.tag) = (identifier, generation, tag)
        (self.message, self.parameters) = (message, parameters)
    }
}

/// What changed about a droplet, so that it can be made durable, be served, and be undone.
package enum DropletChange: Sendable {
    case put(DropletRecord, old: DropletRecord?)
    /// `grave` is the generation that the droplet must have more than to come back; nil where a Sync says that for all.
    case remove(DropletRecord, grave: UInt64?)
    /// A droplet that is not held was deleted.
    case bury(String, grave: UInt64, old: UInt64?)
    case synced(UInt64, old: UInt64)
    /// Where the next free tag is looked for.
    case cursor(UInt16, old: UInt16)
}
