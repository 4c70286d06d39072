import LoadBalancer

/// What a parser makes of octets that begin with a message.
struct Verdict: Decodable, Equatable {
    /// `whole`, `partial` or `refused`.
    var verdict: String
    /// Why it is refused, in the parser's words; the code of our reason.
    var why: String?
    var method: String?
    var target: String?
    var status: Int?
    /// Names in lower case, and values, all in hexadecimal.
    var fields: [[String]]?
    var body: String?
    /// Octets behind the message.
    var left: Int?

    var isWhole: Bool { verdict == "whole" }

    /// The first part that two parsers take differently, although both see a whole message.
    func difference(from other: Verdict) -> String? {
        if method != other.method { return "method" }
        if target != other.target { return "target" }
        if status != other.status { return "status" }
        if fields != other.fields { return "fields" }
        if body != other.body { return "body" }
        return left == other.left ? nil : "end"
    }
}

extension Verdict {
    /// What the proxy makes of a request or a response, behind which the connection ends.
    init(_ sample: Sample) {
        let result = sample.isRequest ? ParsedHead.request(sample.octets) : ParsedHead.response(sample.octets)
        switch result {
        case .partial: self.init(verdict: "partial")
        case .refused(let reason): self.init(verdict: "refused", why: "\(reason.code)")
        case .whole(let head): self.init(head, Array(sample.octets[head.count...]), isRequest: sample.isRequest)
        }
    }

    private init(_ head: ParsedHead, _ rest: [UInt8], isRequest: Bool) {
        self.init(verdict: "whole")
        (method, status) = (String(decoding: head.method, as: UTF8.self), head.status)
        target = Sample.hexadecimal(head.target)
        fields = head.fields.map { field in
            let name = field.name.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
            return [Sample.hexadecimal(name), Sample.hexadecimal(field.value)]
        }
        var data: [UInt8] = []
        var end = 0
        switch head.body {
        case .none: break
        case .length(let count):
            guard rest.count >= count else {
                self = Verdict(verdict: "partial")
                return
            }
            (data, end) = (Array(rest.prefix(count)), count)
        case .untilClose: (data, end) = (rest, rest.count)
        case .chunked:
            var reader = ChunkReader()
            reading: while true {
                switch reader.next(rest.span, &end) {
                case .data(let range): data += rest[range]
                case .end: break reading
                case .needsMore:
                    self = Verdict(verdict: "partial")
                    return
                case .malformed(let reason):
                    self = Verdict(verdict: "refused", why: "\(reason.code)")
                    return
                }
            }
        }
        (body, left) = (Sample.hexadecimal(data), rest.count - end)
    }

    private init(verdict: String, why: String? = nil) { (self.verdict, self.why) = (verdict, why) }
}
