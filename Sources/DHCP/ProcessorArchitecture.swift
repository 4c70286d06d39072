/// What a client that boots over the network can run (IANA, "Processor Architecture Types"; RFC 5970, 3.3).
public struct ProcessorArchitecture: RawRepresentable, Equatable, Hashable, Sendable, BitwiseCopyable {
    public let rawValue: UInt16

    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// A PC with a BIOS.
    public static var bios: Self { Self(rawValue: 0) }
    /// UEFI on 32-bit x86.
    public static var uefi32: Self { Self(rawValue: 6) }
    /// UEFI on 64-bit x86.
    public static var uefi64: Self { Self(rawValue: 7) }
    /// EFI byte code, which 64-bit x86 machines say, too.
    public static var efiByteCode: Self { Self(rawValue: 9) }
    /// UEFI on 32-bit ARM.
    public static var uefiARM32: Self { Self(rawValue: 10) }
    /// UEFI on 64-bit ARM.
    public static var uefiARM64: Self { Self(rawValue: 11) }
    /// UEFI on 64-bit x86, over HTTP.
    public static var uefi64HTTP: Self { Self(rawValue: 16) }
    /// UEFI on 64-bit ARM, over HTTP.
    public static var uefiARM64HTTP: Self { Self(rawValue: 19) }
}
