/// The field names that a proxy acts upon; all others pass unseen.
enum FieldName: UInt8, BitwiseCopyable, Sendable {
    case other
    case connection, contentLength, date, expect, forwarded, host, http2Settings, keepAlive, maxForwards
    case proxyConnection, te, transferEncoding, upgrade, via
    case xForwardedFor, xForwardedHost, xForwardedProto, xRequestID

    /// Recognises a name; the run holds octets of a token alone.
    @inline(__always)
    init(_ head: Span<UInt8>, _ run: OctetRange) {
        self = .other
        switch run.count {
        case 2: if head.matches(run, "te") { self = .te }
        case 3: if head.matches(run, "via") { self = .via }
        case 4:
            if head.matches(run, "host") { self = .host } else if head.matches(run, "date") { self = .date }
        case 6: if head.matches(run, "expect") { self = .expect }
        case 7: if head.matches(run, "upgrade") { self = .upgrade }
        case 9: if head.matches(run, "forwarded") { self = .forwarded }
        case 10:
            if head.matches(run, "connection") {
                self = .connection
            } else if head.matches(run, "keep-alive") {
                self = .keepAlive
            }
        case 12:
            if head.matches(run, "x-request-id") {
                self = .xRequestID
            } else if head.matches(run, "max-forwards") {
                self = .maxForwards
            }
        case 14:
            if head.matches(run, "content-length") {
                self = .contentLength
            } else if head.matches(run, "http2-settings") {
                self = .http2Settings
            }
        case 15: if head.matches(run, "x-forwarded-for") { self = .xForwardedFor }
        case 16:
            if head.matches(run, "x-forwarded-host") {
                self = .xForwardedHost
            } else if head.matches(run, "proxy-connection") {
                self = .proxyConnection
            }
        case 17:
            if head.matches(run, "transfer-encoding") {
                self = .transferEncoding
            } else if head.matches(run, "x-forwarded-proto") {
                self = .xForwardedProto
            }
        default: break
        }
    }
}
