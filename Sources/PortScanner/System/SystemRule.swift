/// What one family of stacks is told by.
struct SystemRule: Sendable {
    /// A trait that must be, or should be, with its weight.
    struct Test: Sendable {
        let weight: Int
        /// Whether only packets of IPv4 can tell.
        var isIPv4Only = false
        /// nil if the trait was not seen.
        let isMet: @Sendable (SystemTraits) -> Bool?
    }

    let name: String
    let vendor: String
    let family: String
    let generation: String
    let deviceType: String
    let platform: String
    let isFromDocumentation: Bool
    /// Without these it is not this system, however alike the rest is.
    let required: [Test]
    let expected: [Test]

    init(
        _ name: String, vendor: String, family: String, generation: String, device: String = "general purpose",
        platform: String,
        isFromDocumentation: Bool = true, required: [Test], expected: [Test]
    ) {
        (self.name, self.vendor, self.family, self.generation) = (name, vendor, family, generation)
        (deviceType, self.platform, self.isFromDocumentation) = (device, platform, isFromDocumentation)
        (self.required, self.expected) = (required, expected)
    }

    /// The least share, in percent, of what was seen that must agree.
    static let leastAccuracy = 80
    /// Over IPv6, which shows less: there a stranger may agree in four fifths by chance.
    static let leastIPv6Accuracy = 95

    /// How much of what was seen agrees, in percent; nil if something that is required does not, or too little was seen.
    func accuracy(_ traits: SystemTraits) -> Int? {
        var (seen, agreed) = (0, 0)
        for test in required {
            if traits.isIPv6, test.isIPv4Only { continue }
            guard test.isMet(traits) == true else { return nil }
            seen += test.weight
            agreed += test.weight
        }
        for test in expected {
            if traits.isIPv6, test.isIPv4Only { continue }
            guard let isMet = test.isMet(traits) else { continue }
            seen += test.weight
            if isMet { agreed += test.weight }
        }
        guard seen >= 40 else { return nil }
        return agreed * 100 / seen
    }
}

extension SystemRule.Test {
    private static func equal<Value: Equatable & Sendable>(
        _ weight: Int, _ values: [Value], isIPv4Only: Bool = false,
        _ trait: @escaping @Sendable (SystemTraits) -> Value?
    ) -> Self {
        Self(weight: weight, isIPv4Only: isIPv4Only) { trait($0).map { values.contains($0) } }
    }

    static func timeToLive(_ values: Int...) -> Self { equal(15, values) { $0.initialTimeToLive } }
    static func layout(_ values: String...) -> Self { equal(35, values) { $0.layout } }
    static func plain(_ values: String...) -> Self { equal(5, values) { $0.plainLayout } }
    static func fragmentable(_ value: Bool) -> Self { equal(10, [value], isIPv4Only: true) { $0.isFragmentable } }
    static func counting(_ values: SystemTraits.Counting...) -> Self {
        equal(12, values, isIPv4Only: true) { $0.counting }
    }
    static func clock(_ values: Int...) -> Self { equal(8, values) { $0.clock } }
    static func windowScale(_ values: Int...) -> Self { equal(8, values) { $0.windowScale } }
    static func echoCode(_ value: Int) -> Self { equal(6, [value]) { $0.echoCode } }
    static func quoteClass(_ value: Int) -> Self { equal(8, [value], isIPv4Only: true) { $0.quoteClass } }
    static func resetCounting(_ value: SystemTraits.Counting) -> Self {
        equal(8, [value], isIPv4Only: true) { $0.resetCounting }
    }
    static func resetFragmentable(_ value: Bool) -> Self {
        equal(8, [value], isIPv4Only: true) { $0.isResetFragmentable }
    }
    static func resetWindow(_ value: Int) -> Self { equal(4, [value]) { $0.resetWindow } }
    static func congestion(_ value: Bool) -> Self { equal(5, [value]) { $0.takesCongestion } }
    static func window(_ values: Int...) -> Self { equal(15, values) { $0.window } }

    static func quote(_ isIt: @escaping @Sendable (Int) -> Bool) -> Self {
        Self(weight: 6) { $0.quote.map(isIt) }
    }

    /// A window that is so many segments, for the size that was agreed on.
    static func window(segments: @escaping @Sendable (_ window: Int, _ size: Int) -> Bool) -> Self {
        Self(weight: 15) { traits in
            guard let window = traits.window, let size = traits.maximumSegmentSize else { return nil }
            return segments(window, size)
        }
    }
}
