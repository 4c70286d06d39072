import OpenFlow
import Testing
import Wire

@Suite("OpenFlow messages")
struct CodecTests {
    @Test(arguments: 0..<40 as Range<UInt64>)
    func `what is written reads as the same`(seed: UInt64) throws {
        var generator = Generator(seed: seed)
        for _ in 0..<100 {
            let message = Message(transaction: generator.number(0...UInt32.max), generator.body())
            let octets = message.octets
            #expect(try read(Message.self, octets) == message, "\(message)")
        }
    }

    @Test(arguments: 0..<10 as Range<UInt64>)
    func `a message cut short is refused`(seed: UInt64) throws {
        var generator = Generator(seed: 1000 + seed)
        for _ in 0..<20 {
            let octets = Message(transaction: 1, generator.body()).octets
            for count in 0..<octets.count {
                // With the length that it says, and with the one that it has.
                var cut = Array(octets.prefix(count))
                #expect(throws: WireError.self) { try read(Message.self, cut) }
                guard count >= 8 else { continue }
                (cut[2], cut[3]) = (UInt8(count >> 8), UInt8(count & 255))
                if let shorter = try? read(Message.self, cut) { #expect(shorter.octets == cut) }
            }
        }
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `changed octets are refused, or read as what is written again`(seed: UInt64) throws {
        var generator = Generator(seed: 2000 + seed)
        var accepted = 0
        for _ in 0..<300 {
            var octets = Message(transaction: 1, generator.body()).octets
            for _ in 0..<generator.number(1...3) {
                octets[generator.number(8...max(8, octets.count - 1)) % octets.count] = generator.number(0...255)
            }
            guard let message = try? read(Message.self, octets) else { continue }
            accepted += 1
            let again = message.octets
            #expect(try read(Message.self, again) == message)
        }
        #expect(accepted > 0)
    }

    @Test func `another version is refused, but in a hello`() throws {
        var octets = Message(transaction: 1, .barrierRequest).octets
        octets[0] = 4
        #expect(throws: WireError.malformed(.openFlowHeader, field: "version")) { try read(Message.self, octets) }
        #expect(
            try read(Message.self, OpenFlowTests.octets("06 00 0010 00000001 0001 0008 00000072")).body
                == .hello(Hello(versions: [1, 4, 5, 6].map(Version.init(rawValue:)))))
    }

    @Test(arguments: [
        [UInt8](repeating: 0x61, count: 16), [0xFF, 0xFE] + [UInt8](repeating: 0xFF, count: 14), [0xE2, 0x82],
    ])
    func `a name without an end, or no UTF-8, is cut and reads as the same`(name: [UInt8]) throws {
        var octets = PortDescription(number: .local, address: .zero, name: "").octets
        octets.replaceSubrange(16..<16 + name.count, with: name)
        let port = try read(PortDescription.self, octets)
        #expect(port.name.utf8.count < PortDescription.nameSize)
        #expect(try read(PortDescription.self, port.octets) == port)
    }

    @Test func `a time with too many nanoseconds has a text`() {
        var flow = FlowStatistics()
        (flow.seconds, flow.nanoseconds) = (1, .max)
        #expect(flow.description.contains("duration=1.4294s"))
    }

    @Test(arguments: [
        "reg0=0x+5", "reg0=0+7", "reg0=0x", "reg0=09", "reg0=-1", "tp_dst=65536,tcp", "nw_src=10.0.0.0/33",
    ])
    func `a number that is none is refused in text`(text: String) {
        #expect(throws: TextError.self) { try Match(text: text) }
    }

    @Test func `a mistake in text has its column`() {
        do throws(TextError) {
            _ = try FlowMod(.add, text: "priority=5,tcp, tp_dst=http,actions=drop")
            Issue.record("it is taken")
        } catch { #expect(error.column == 24) }
        do throws(TextError) {
            _ = try FlowMod(.add, text: "actions=output:1,clone(ct(commit,zone=x))")
            Issue.record("it is taken")
        } catch { #expect(error.column == 39, "\(error)") }
    }

    @Test func `a type that is unknown stays as it came`() throws {
        let sent = octets("05 63 000c 00000007 01020304")
        let message = try read(Message.self, sent)
        #expect(message.body == .other(MessageType(rawValue: 0x63), [1, 2, 3, 4]))
        #expect(message.octets == sent)
    }
}

@Suite("OpenFlow's forbidden values")
struct ForbiddenTests {
    @Test(arguments: [
        ("a field twice", "0001 0014 80000004 00000001 80000004 00000002 00000000", "oxm_fields"),
        ("a value of another length", "0001 000a 80000002 0001 000000000000", "oxm_length"),
        ("bits outside of the mask", "0001 0010 80001708 0a000001 ff000000", "ip_src"),
        ("a DSCP of seven bits", "0001 0009 80001001 40 00000000000000", "ip_dscp"),
        ("a match of OpenFlow 1.0", "0000 0004 00000000", "type"),
        ("a length shorter than the header", "0001 0003 00000000", "length"),
        ("a mask of half an octet", "0001 000b 80001703 0a0001 0000000000", "oxm_length"),
        ("an experimenter cut off", "0001 000a ffff0002 0001 000000000000", "oxm_length"),
    ])
    func `a match is refused`(with what: String, text: String, field: String) {
        #expect(throws: WireError.self, "\(what)") { try read(Match.self, octets(text)) }
        do { _ = try read(Match.self, octets(text)) } catch let error as WireError {
            guard case .malformed(_, let name) = error else {
                Issue.record("\(what): \(error)")
                return
            }
            #expect(name == field, "\(what)")
        } catch { Issue.record("\(error)") }
    }

    @Test(arguments: [
        ("a length of 0", "0000 0000 00000001", "len"),
        ("a length that is no whole word", "0012 000c 00000000 00000000", "len"),
        ("a longer pop", "0012 0010 00000000 00000000 00000000", "len"),
        ("a load behind the field's end", "ffff 0018 00002320 0007 07df 00010004 0000000000000000", "ofs_nbits"),
        ("a load that does not fit", "ffff 0018 00002320 0007 0003 00010004 00000000000000ff", "value"),
        ("a conjunction's clause behind the last", "ffff 0010 00002320 0022 0202 00000001", "clause"),
        (
            "a translation with a last address only", "ffff 0018 00002320 0024 0000 0001 0002 0a000001 00000000",
            "range_present"
        ),
        ("a sample of none", "ffff 0018 00002320 001d 0000 00000000 00000000 00000000", "probability"),
        ("an unknown field", "ffff 0018 00002320 0007 001f 0001fe04 0000000000000000", "oxm_field"),
        (
            "learning a port from a number",
            "ffff 0028 00002320 0010 0000 0000 8000 0000000000000000 0000 01 00 0000 0000 3010 0001 000000000000",
            "flow_mod_spec"
        ),
    ])
    func `an action is refused`(with what: String, text: String, field: String) {
        do {
            _ = try read(Action.self, octets(text))
            Issue.record("\(what) is taken")
        } catch let error as WireError {
            guard case .malformed(_, let name) = error else {
                Issue.record("\(what): \(error)")
                return
            }
            #expect(name == field, "\(what)")
        } catch { Issue.record("\(error)") }
    }

    @Test func `actions are not nested without end`() throws {
        var action = Action.clone([])
        for _ in 0..<Action.depthLimit - 1 { action = .clone([action]) }
        #expect(try read(Action.self, action.octets) == action)
        let deep = Action.clone([.clone([action])])
        #expect(throws: WireError.malformed(.openFlowAction, field: "depth")) { try read(Action.self, deep.octets) }
    }

    @Test func `bundles are not put into bundles`() {
        let inner = "05 21 0010 00000001 00000001 0000 0003"
        #expect(throws: WireError.malformed(.openFlowMessage, field: "type")) {
            try read(Message.self, octets("05 22 0020 00000001 00000001 0000 0003" + inner))
        }
    }

    @Test func `unknown fields, actions and instructions stay as they came`() throws {
        let match = octets("0001 000c 00030c04 01020304 00000000")
        #expect(try read(Match.self, match).octets == match)
        let action = octets(
            "ffff 0010 00001234 0007 0102030405060708".replacing("0102030405060708", with: "010203040506"))
        #expect(try read(Action.self, action).octets == action)
        let instruction = octets("ffff 0010 00001234 0102030405060708")
        #expect(try read(Instruction.self, instruction).octets == instruction)
    }
}
