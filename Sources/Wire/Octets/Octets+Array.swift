extension Array<UInt8> {
    /// A copy of `octets`.
    public init(copying octets: RawSpan) {
        self.init(capacity: octets.byteCount) { $0.append(copying: octets) }
    }
}

extension OutputSpan<UInt8> {
    /// Appends a copy of `octets`; traps if they do not fit.
    @_lifetime(self: copy self)
    public mutating func append(copying octets: [UInt8]) {
        append(copying: octets.span.octets)
    }
}
