import Link

/// What interface a frame came on, by its index.
struct LiveInterfaces {
    private var known: [Int: CaptureInterface] = [:]
    private let linkType: LinkType
    private let snapLength: Int

    init(linkType: LinkType, snapLength: Int) {
        (self.linkType, self.snapLength) = (linkType, snapLength)
    }

    /// The interface of an index; the kernel is asked for those that are new, once each.
    mutating func named(_ index: Int) -> CaptureInterface {
        if let found = known[index] { return found }
        for interface in (try? Interfaces.all()) ?? [] {
            known[interface.index] = CaptureInterface(
                linkType: linkType, snapLength: snapLength, name: interface.name)
        }
        // It may be gone before it is asked for.
        let found =
            known[index] ?? CaptureInterface(linkType: linkType, snapLength: snapLength, name: "interface \(index)")
        known[index] = found
        return found
    }
}
