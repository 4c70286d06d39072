/// The systems that are told apart, by rules of our own.
///
/// Those of Linux since 6.16 were held against the kernel itself; the others come from the sources and manuals of the systems,
/// and are marked so in every report.
enum SystemRules {
    static func judge(_ traits: SystemTraits) -> SystemGuess {
        var candidates: [SystemGuess.Candidate] = []
        let least = traits.isIPv6 ? SystemRule.leastIPv6Accuracy : SystemRule.leastAccuracy
        for rule in all {
            guard let accuracy = rule.accuracy(traits), accuracy >= least else { continue }
            candidates.append(
                SystemGuess.Candidate(
                    name: rule.name, vendor: rule.vendor, family: rule.family, generation: rule.generation,
                    deviceType: rule.deviceType, accuracy: accuracy, platforms: [rule.platform],
                    isFromDocumentation: rule.isFromDocumentation))
        }
        // Among equals the rule that comes first.
        let sorted = candidates.enumerated().sorted { one, other in
            one.element.accuracy == other.element.accuracy
                ? one.offset < other.offset : one.element.accuracy > other.element.accuracy
        }
        return SystemGuess(candidates: sorted.prefix(5).map(\.element), fingerprint: traits.fingerprint)
    }

    /// How Linux's stack orders options (`tcp_options_write`), whichever of them `sysctl` turned off.
    private static let linuxLayouts: SystemRule.Test = .layout(
        "MSTNW", "MNNSNW", "MNNTNW", "MST", "MNNS", "MNNT", "MNW", "M")

    /// What all of Linux has in common: no identification in what may not be fragmented, errors of their own class that quote much.
    private static let linux: [SystemRule.Test] = [
        .timeToLive(64), .plain("M"), .clock(1000), .echoCode(9), .quoteClass(0xC0), .quote { $0 >= 300 },
        .resetCounting(.zero),
        .resetFragmentable(false), .resetWindow(0),
    ]

    /// The receive window of a kernel whose first buffer is 64 KiB: the greatest multiple of the segment below 65,536 (since 4.20).
    private static let wideWindow: SystemRule.Test = .window { window, size in
        size > 0 && (window == 65_535 / size * size || window >= 64_000 && window <= 65_535)
    }

    static let all: [SystemRule] = [
        SystemRule(
            "Linux 6.16 or later", vendor: "Linux", family: "Linux", generation: "6.X",
            platform: "cpe:/o:linux:linux_kernel:6",
            isFromDocumentation: false,
            // tcp_rmem's greatest value went from 6 to 32 MiB, and the window's scale from 7 to 10.
            required: [linuxLayouts, .counting(.zero), .fragmentable(false), .windowScale(10)],
            expected: linux + [wideWindow]),
        SystemRule(
            "Linux 4.20 - 6.15", vendor: "Linux", family: "Linux", generation: "5.X",
            platform: "cpe:/o:linux:linux_kernel:5",
            required: [linuxLayouts, .counting(.zero), .fragmentable(false)],
            expected: linux + [wideWindow, .windowScale(7, 8, 9)]),
        SystemRule(
            "Linux 3.2 - 4.19", vendor: "Linux", family: "Linux", generation: "4.X",
            platform: "cpe:/o:linux:linux_kernel:4",
            required: [linuxLayouts, .counting(.zero), .fragmentable(false)],
            expected: linux + [
                .window { window, _ in [28_960, 29_200, 14_480, 14_600, 43_690].contains(window) },
                .windowScale(6, 7, 8),
            ]),
        SystemRule(
            "Linux 2.6", vendor: "Linux", family: "Linux", generation: "2.6.X",
            platform: "cpe:/o:linux:linux_kernel:2.6",
            required: [linuxLayouts, .counting(.zero), .fragmentable(false)],
            expected: [
                .timeToLive(64), .window(5792, 5840), .windowScale(2, 5, 6, 7), .clock(100, 250, 1000),
                .resetCounting(.zero),
            ]),
        SystemRule(
            "FreeBSD 11 or later", vendor: "FreeBSD", family: "FreeBSD", generation: "13.X",
            platform: "cpe:/o:freebsd:freebsd",
            required: [.layout("MNWST"), .timeToLive(64)],
            expected: [
                .window(65_535), .windowScale(6, 7, 8), .counting(.random, .zero), .fragmentable(false), .clock(1000),
            ]),
        SystemRule(
            "OpenBSD 5 or later", vendor: "OpenBSD", family: "OpenBSD", generation: "7.X",
            platform: "cpe:/o:openbsd:openbsd",
            required: [.layout("MNNSNWNNT"), .timeToLive(64, 255)],
            expected: [.window(16_384), .windowScale(3, 6), .counting(.random), .fragmentable(false), .clock(2)]),
        SystemRule(
            "NetBSD 5 or later", vendor: "NetBSD", family: "NetBSD", generation: "9.X",
            platform: "cpe:/o:netbsd:netbsd",
            required: [.layout("MNWNNTSNN", "MNWSNNT"), .timeToLive(64)],
            expected: [.window(32_768), .windowScale(0, 3), .fragmentable(false), .clock(2)]),
        SystemRule(
            "macOS 10.12 or later, iOS", vendor: "Apple", family: "macOS", generation: "11.X",
            platform: "cpe:/o:apple:mac_os_x",
            required: [.layout("MNWNNTS", "MNWNNTSE"), .timeToLive(64)],
            expected: [.window(65_535), .windowScale(5, 6), .counting(.zero), .fragmentable(false), .clock(1000)]),
        SystemRule(
            "Windows 10, 11, Server 2016 or later", vendor: "Microsoft", family: "Windows", generation: "10",
            platform: "cpe:/o:microsoft:windows_10", required: [.layout("MNWST", "MNWNNS"), .timeToLive(128)],
            expected: [
                .window(64_240, 65_535, 65_392, 8192), .windowScale(8), .counting(.ascending), .fragmentable(false),
                .echoCode(0),
            ]),
        SystemRule(
            "Windows 7, Server 2008", vendor: "Microsoft", family: "Windows", generation: "7",
            platform: "cpe:/o:microsoft:windows_7",
            required: [.layout("MNWST", "MNWNNS"), .timeToLive(128), .window(8192)],
            expected: [.windowScale(8, 2), .counting(.ascending), .clock(100), .echoCode(0)]),
        SystemRule(
            "Solaris 11, illumos", vendor: "Oracle", family: "Solaris", generation: "11",
            platform: "cpe:/o:oracle:solaris",
            required: [
                .layout("STMNW", "NNTMNWNNS", "MSTNW"), .timeToLive(64, 255), .clock(100, 1000), .counting(.ascending),
            ],
            expected: [.fragmentable(false), .windowScale(5, 0)]),
        SystemRule(
            "lwIP", vendor: "lwIP", family: "lwIP", generation: "2.X", device: "specialized",
            platform: "cpe:/a:lwip_project:lwip",
            required: [.layout("M"), .timeToLive(255, 64), .counting(.ascending, .constant), .fragmentable(true)],
            expected: [
                .window { window, size in
                    size > 0 && size <= 1460 && window > 0 && window % size == 0 && window / size <= 11
                },
                .resetFragmentable(true),
            ]),
        SystemRule(
            "Cisco IOS", vendor: "Cisco", family: "IOS", generation: "15.X", device: "router",
            platform: "cpe:/o:cisco:ios",
            required: [.layout("M"), .timeToLive(255), .window(4128)], expected: [.fragmentable(true), .plain("M")]),
    ]
}
