/// Why the load balancer answered a request itself, or cut one off.
///
/// There is one stable code for each, in the `Proxy-Status` field
/// (RFC 9209), the access log, the metrics and `apus lb explain`.
package enum Reason: UInt8, CaseIterable, BitwiseCopyable, Sendable {
    /// Nothing of the kind: the answer is the backend's.
    case none
    /// The request line does not begin with a method followed by one blank.
    case method
    /// The request target is not one that HTTP allows, or holds an octet that must be percent-encoded.
    case target
    /// The request target is longer than limits.target.
    case targetTooLong
    /// The request line does not end with an HTTP version.
    case version
    /// The request is of an HTTP version other than 1.0 and 1.1.
    case versionUnsupported
    /// A line ends with a line feed alone.
    case bareLineFeed
    /// A carriage return is not followed by a line feed.
    case bareCarriageReturn
    /// A field line does not begin with a name that HTTP allows.
    case fieldName
    /// A field line has no colon.
    case fieldWithoutColon
    /// A field name is followed by a blank.
    case blankBeforeColon
    /// A field value goes on in a second line (obs-fold).
    case foldedField
    /// A field value holds a control character.
    case controlInField
    /// The request's head is larger than limits.head.
    case headTooLarge
    /// The request has more field lines than limits.fields.
    case tooManyFields
    /// An HTTP/1.1 request has no Host field.
    case hostMissing
    /// The request has more than one Host field.
    case hostRepeated
    /// The Host field or the target's authority is not a host and port.
    case host
    /// Content-Length is not a number.
    case contentLength
    /// The request has more than one Content-Length field.
    case contentLengthRepeated
    /// Transfer-Encoding is not chunked, once and last.
    case transferCoding
    /// The request uses a transfer coding other than chunked.
    case transferCodingUnknown
    /// An HTTP/1.0 request has a Transfer-Encoding field.
    case transferCodingInHTTP10
    /// The request has both Content-Length and Transfer-Encoding.
    case lengthAndCoding
    /// Connection names a field that everybody on the way needs, or no field at all.
    case connectionOption
    /// Expect asks for something other than 100-continue.
    case expectation
    /// Max-Forwards is not a number.
    case maxForwards
    /// A chunk's size is not a hexadecimal number, or too large.
    case chunkSize
    /// A chunk's extensions hold a control character or are longer than 256 octets.
    case chunkExtension
    /// A chunk's data are not followed by a line's end.
    case chunkEnd
    /// The trailer section is malformed or longer than 8192 octets.
    case trailer
    /// The request's body is larger than limits.body.
    case bodyTooLarge
    /// CONNECT is refused: this is a gateway, not a tunnel.
    case connectMethod
    /// TRACE is refused: it would show fields that were added on the way.
    case traceMethod
    /// The request's head did not come within timeouts.head.
    case headTimeout
    /// Nothing of the request's body came within timeouts.body.
    case bodyTimeout
    /// The request's body came at less than limits.body_rate.
    case bodyRate
    /// No route takes the request's host and path, and the listener has no pool of its own.
    case noRoute
    /// Every server of the pool is down, as its health check says.
    case noServerUp
    /// There is no room for one more connection to a backend.
    case connectionLimit
    /// The memory set aside for octets in flight is used up.
    case memoryLimit
    /// No server of those tried accepted a connection.
    case connectFailed
    /// No server of those tried accepted a connection within timeouts.connect.
    case connectTimeout
    /// The TLS handshake with the backend failed.
    case tlsFailed
    /// The backend's certificate is not trusted, has expired, or is for another name.
    case certificateRefused
    /// The backend closed the connection before it answered.
    case backendClosed
    /// The backend's answer did not begin within timeouts.response.
    case responseTimeout
    /// The request was not answered in full within timeouts.total.
    case totalTimeout
    /// The backend's answer does not begin with an HTTP/1 status line.
    case responseLine
    /// The backend's answer has a field line that HTTP does not allow.
    case responseField
    /// Content-Length, Transfer-Encoding or Connection of the backend's answer are wrong or contradict each other.
    case responseFraming
    /// The head of the backend's answer is larger than the limits allow.
    case responseHeadTooLarge
    /// The backend changed protocols (101) although it was not asked to.
    case upgradeUnexpected
    /// The backend's answer ended before it was whole; the client's connection was cut.
    case responseIncomplete
    /// The chunked coding of the backend's answer is malformed; the client's connection was cut.
    case responseChunk
    /// Nothing of the backend's answer came, or the client took nothing of it, within timeouts.body.
    case responseStalled
    /// The client took the answer at less than limits.body_rate.
    case clientSlow
    /// The client closed the connection before it had its answer.
    case clientClosed
    /// Neither side of a tunnel sent anything within timeouts.tunnel.
    case tunnelIdle
    /// The load balancer stopped, and process.drain_timeout was over.
    case stopped
}

extension Reason {
    /// The stable code.
    package var code: StaticString {
        switch self {
        case .none: ""
        case .method: "method"
        case .target: "target"
        case .targetTooLong: "target-too-long"
        case .version: "version"
        case .versionUnsupported: "version-unsupported"
        case .bareLineFeed: "bare-line-feed"
        case .bareCarriageReturn: "bare-carriage-return"
        case .fieldName: "field-name"
        case .fieldWithoutColon: "field-without-colon"
        case .blankBeforeColon: "blank-before-colon"
        case .foldedField: "folded-field"
        case .controlInField: "control-in-field"
        case .headTooLarge: "head-too-large"
        case .tooManyFields: "too-many-fields"
        case .hostMissing: "host-missing"
        case .hostRepeated: "host-repeated"
        case .host: "host"
        case .contentLength: "content-length"
        case .contentLengthRepeated: "content-length-repeated"
        case .transferCoding: "transfer-coding"
        case .transferCodingUnknown: "transfer-coding-unknown"
        case .transferCodingInHTTP10: "transfer-coding-in-http10"
        case .lengthAndCoding: "length-and-coding"
        case .connectionOption: "connection-option"
        case .expectation: "expectation"
        case .maxForwards: "max-forwards"
        case .chunkSize: "chunk-size"
        case .chunkExtension: "chunk-extension"
        case .chunkEnd: "chunk-end"
        case .trailer: "trailer"
        case .bodyTooLarge: "body-too-large"
        case .connectMethod: "connect-method"
        case .traceMethod: "trace-method"
        case .headTimeout: "head-timeout"
        case .bodyTimeout: "body-timeout"
        case .bodyRate: "body-rate"
        case .noRoute: "no-route"
        case .noServerUp: "no-server-up"
        case .connectionLimit: "connection-limit"
        case .memoryLimit: "memory-limit"
        case .connectFailed: "connect-failed"
        case .connectTimeout: "connect-timeout"
        case .tlsFailed: "tls-failed"
        case .certificateRefused: "certificate-refused"
        case .backendClosed: "backend-closed"
        case .responseTimeout: "response-timeout"
        case .totalTimeout: "total-timeout"
        case .responseLine: "response-line"
        case .responseField: "response-field"
        case .responseFraming: "response-framing"
        case .responseHeadTooLarge: "response-head-too-large"
        case .upgradeUnexpected: "upgrade-unexpected"
        case .responseIncomplete: "response-incomplete"
        case .responseChunk: "response-chunk"
        case .responseStalled: "response-stalled"
        case .clientSlow: "client-slow"
        case .clientClosed: "client-closed"
        case .tunnelIdle: "tunnel-idle"
        case .stopped: "stopped"
        }
    }

    /// The status of the answer that it makes; 0 where an answer had already begun.
    package var status: Int {
        switch self {
        case .method, .target, .version, .bareLineFeed, .bareCarriageReturn, .fieldName, .fieldWithoutColon,
            .blankBeforeColon, .foldedField, .controlInField, .hostMissing, .hostRepeated, .host,
            .contentLength, .contentLengthRepeated, .transferCoding, .transferCodingInHTTP10, .lengthAndCoding,
            .connectionOption, .maxForwards, .chunkSize, .chunkExtension, .chunkEnd, .trailer:
            400
        case .targetTooLong: 414
        case .versionUnsupported: 505
        case .headTooLarge, .tooManyFields: 431
        case .transferCodingUnknown: 501
        case .expectation: 417
        case .bodyTooLarge: 413
        case .connectMethod, .traceMethod: 405
        case .headTimeout, .bodyTimeout, .bodyRate: 408
        case .noRoute: 404
        case .noServerUp, .connectionLimit, .memoryLimit: 503
        case .connectFailed, .tlsFailed, .certificateRefused, .backendClosed, .responseLine, .responseField,
            .responseFraming, .responseHeadTooLarge, .upgradeUnexpected:
            502
        case .connectTimeout, .responseTimeout, .totalTimeout: 504
        case .none, .responseIncomplete, .responseChunk, .responseStalled, .clientSlow, .clientClosed, .tunnelIdle,
            .stopped:
            0
        }
    }

    /// The error type of RFC 9209, 2.3.
    package var errorType: StaticString {
        switch self {
        case .none: ""
        case .method, .target, .targetTooLong, .version, .versionUnsupported, .bareLineFeed,
            .bareCarriageReturn, .fieldName, .fieldWithoutColon, .blankBeforeColon, .foldedField,
            .controlInField, .headTooLarge, .tooManyFields, .hostMissing, .hostRepeated, .host, .contentLength,
            .contentLengthRepeated, .transferCoding, .transferCodingUnknown, .transferCodingInHTTP10,
            .lengthAndCoding, .connectionOption, .expectation, .maxForwards, .chunkSize, .chunkExtension,
            .chunkEnd, .trailer, .bodyTooLarge:
            "http_request_error"
        case .connectMethod, .traceMethod: "http_request_denied"
        case .headTimeout, .bodyTimeout, .bodyRate, .tunnelIdle: "connection_read_timeout"
        case .clientSlow: "connection_write_timeout"
        case .noRoute: "destination_not_found"
        case .noServerUp: "destination_unavailable"
        case .connectionLimit: "connection_limit_reached"
        case .memoryLimit: "proxy_internal_error"
        case .connectFailed: "connection_refused"
        case .connectTimeout: "connection_timeout"
        case .tlsFailed: "tls_protocol_error"
        case .certificateRefused: "tls_certificate_error"
        case .backendClosed, .clientClosed, .stopped: "connection_terminated"
        case .responseTimeout, .totalTimeout, .responseStalled: "http_response_timeout"
        case .responseLine, .responseField, .responseFraming: "http_protocol_error"
        case .responseHeadTooLarge: "http_response_header_section_size"
        case .upgradeUnexpected: "http_upgrade_failed"
        case .responseIncomplete: "http_response_incomplete"
        case .responseChunk: "http_response_transfer_coding"
        }
    }

    /// One sentence for people.
    package var explanation: String {
        switch self {
        case .none: "The answer is the backend's."
        case .method: "The request line does not begin with a method followed by one blank."
        case .target: "The request target is not one that HTTP allows, or holds an octet that must be percent-encoded."
        case .targetTooLong: "The request target is longer than limits.target."
        case .version: "The request line does not end with an HTTP version."
        case .versionUnsupported: "The request is of an HTTP version other than 1.0 and 1.1."
        case .bareLineFeed: "A line ends with a line feed alone."
        case .bareCarriageReturn: "A carriage return is not followed by a line feed."
        case .fieldName: "A field line does not begin with a name that HTTP allows."
        case .fieldWithoutColon: "A field line has no colon."
        case .blankBeforeColon: "A field name is followed by a blank."
        case .foldedField: "A field value goes on in a second line (obs-fold)."
        case .controlInField: "A field value holds a control character."
        case .headTooLarge: "The request's head is larger than limits.head."
        case .tooManyFields: "The request has more field lines than limits.fields."
        case .hostMissing: "An HTTP/1.1 request has no Host field."
        case .hostRepeated: "The request has more than one Host field."
        case .host: "The Host field or the target's authority is not a host and port."
        case .contentLength: "Content-Length is not a number."
        case .contentLengthRepeated: "The request has more than one Content-Length field."
        case .transferCoding: "Transfer-Encoding is not chunked, once and last."
        case .transferCodingUnknown: "The request uses a transfer coding other than chunked."
        case .transferCodingInHTTP10: "An HTTP/1.0 request has a Transfer-Encoding field."
        case .lengthAndCoding: "The request has both Content-Length and Transfer-Encoding."
        case .connectionOption: "Connection names a field that everybody on the way needs, or no field at all."
        case .expectation: "Expect asks for something other than 100-continue."
        case .maxForwards: "Max-Forwards is not a number."
        case .chunkSize: "A chunk's size is not a hexadecimal number, or too large."
        case .chunkExtension: "A chunk's extensions hold a control character or are longer than 256 octets."
        case .chunkEnd: "A chunk's data are not followed by a line's end."
        case .trailer: "The trailer section is malformed or longer than 8192 octets."
        case .bodyTooLarge: "The request's body is larger than limits.body."
        case .connectMethod: "CONNECT is refused: this is a gateway, not a tunnel."
        case .traceMethod: "TRACE is refused: it would show fields that were added on the way."
        case .headTimeout: "The request's head did not come within timeouts.head."
        case .bodyTimeout: "Nothing of the request's body came within timeouts.body."
        case .bodyRate: "The request's body came at less than limits.body_rate."
        case .noRoute: "No route takes the request's host and path, and the listener has no pool of its own."
        case .noServerUp: "Every server of the pool is down, as its health check says."
        case .connectionLimit: "There is no room for one more connection to a backend."
        case .memoryLimit: "The memory set aside for octets in flight is used up."
        case .connectFailed: "No server of those tried accepted a connection."
        case .connectTimeout: "No server of those tried accepted a connection within timeouts.connect."
        case .tlsFailed: "The TLS handshake with the backend failed."
        case .certificateRefused: "The backend's certificate is not trusted, has expired, or is for another name."
        case .backendClosed: "The backend closed the connection before it answered."
        case .responseTimeout: "The backend's answer did not begin within timeouts.response."
        case .totalTimeout: "The request was not answered in full within timeouts.total."
        case .responseLine: "The backend's answer does not begin with an HTTP/1 status line."
        case .responseField: "The backend's answer has a field line that HTTP does not allow."
        case .responseFraming:
            "Content-Length, Transfer-Encoding or Connection of the backend's answer are wrong or contradict each other."
        case .responseHeadTooLarge: "The head of the backend's answer is larger than the limits allow."
        case .upgradeUnexpected: "The backend changed protocols (101) although it was not asked to."
        case .responseIncomplete: "The backend's answer ended before it was whole; the client's connection was cut."
        case .responseChunk: "The chunked coding of the backend's answer is malformed; the client's connection was cut."
        case .responseStalled:
            "Nothing of the backend's answer came, or the client took nothing of it, within timeouts.body."
        case .clientSlow: "The client took the answer at less than limits.body_rate; its connection was cut."
        case .clientClosed: "The client closed the connection before it had its answer."
        case .tunnelIdle: "Neither side of a tunnel sent anything within timeouts.tunnel."
        case .stopped: "The load balancer stopped, and process.drain_timeout was over."
        }
    }

    /// Where the rule stands, such as `RFC 9112, 3.2`; empty where it is the configuration's.
    package var source: String {
        switch self {
        case .method: "RFC 9112, 3.1"
        case .target, .hostMissing, .hostRepeated, .host: "RFC 9112, 3.2"
        case .targetTooLong: "RFC 9112, 3"
        case .version: "RFC 9112, 2.3"
        case .versionUnsupported: "RFC 9110, 15.6.6"
        case .bareLineFeed, .bareCarriageReturn: "RFC 9112, 2.2"
        case .fieldName, .fieldWithoutColon, .responseField: "RFC 9112, 5"
        case .blankBeforeColon: "RFC 9112, 5.1"
        case .foldedField: "RFC 9112, 5.2"
        case .controlInField: "RFC 9110, 5.5"
        case .headTooLarge, .tooManyFields: "RFC 6585, 5"
        case .contentLength, .contentLengthRepeated, .transferCoding, .responseFraming: "RFC 9112, 6.3"
        case .transferCodingUnknown, .transferCodingInHTTP10, .lengthAndCoding: "RFC 9112, 6.1"
        case .connectionOption: "RFC 9110, 7.6.1"
        case .expectation: "RFC 9110, 10.1.1"
        case .maxForwards: "RFC 9110, 7.6.2"
        case .chunkSize, .chunkEnd, .responseChunk: "RFC 9112, 7.1"
        case .chunkExtension: "RFC 9112, 7.1.1"
        case .trailer: "RFC 9112, 7.1.2"
        case .bodyTooLarge: "RFC 9110, 15.5.14"
        case .connectMethod: "RFC 9110, 9.3.6"
        case .traceMethod: "RFC 9110, 9.3.8"
        case .headTimeout, .bodyTimeout, .bodyRate: "RFC 9110, 15.5.9"
        case .none, .noRoute, .noServerUp, .connectionLimit, .memoryLimit, .connectFailed,
            .connectTimeout, .backendClosed, .responseHeadTooLarge, .responseStalled, .clientSlow,
            .clientClosed, .tunnelIdle, .stopped:
            ""
        case .tlsFailed: "RFC 8446, 6.2"
        case .certificateRefused: "RFC 9525"
        case .responseTimeout, .totalTimeout: "RFC 9110, 15.6.5"
        case .responseLine: "RFC 9112, 4"
        case .upgradeUnexpected: "RFC 9110, 15.2.2"
        case .responseIncomplete: "RFC 9112, 8"
        }
    }
}
