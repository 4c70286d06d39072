import OpenFlow
import Testing

@Suite("OVSDB session")
struct OVSDBTests {
    private func json(_ text: String) throws -> JSON { try JSON(Array(text.utf8)) }

    private func sent(_ actions: [OVSDBSession.Action]) -> [String] {
        actions.compactMap { if case .send(let octets) = $0 { String(decoding: octets, as: UTF8.self) } else { nil } }
    }

    @Test func `results find their requests, in any order`() throws {
        var session = OVSDBSession(at: .zero)
        let operation = try json(#"{"op":"select","table":"Bridge","where":[]}"#)
        let (first, actions) = session.transact([operation], at: .zero)
        #expect(
            sent(actions) == [
                #"{"id":1,"method":"transact","params":["Open_vSwitch",{"op":"select","table":"Bridge","where":[]}]}"#
            ])
        let (second, _) = session.transact([operation], at: .zero)
        let answers = session.receive(
            Array(
                #"{"id":2,"result":[{"rows":[]}],"error":null}{"id":1,"error":"no","result":null}{"id":7,"result":1}"#
                    .utf8),
            at: .zero)
        #expect(
            answers == [
                .answered(second, .result(try json(#"[{"rows":[]}]"#))), .answered(first, .error(.string("no"))),
            ])
    }

    @Test func `echoes are answered, and sent when nothing comes`() throws {
        var session = OVSDBSession(at: .zero)
        let echo = session.receive(Array(#"{"method":"echo","id":"x","params":[1]}"#.utf8), at: .zero)
        #expect(sent(echo) == [#"{"error":null,"id":"x","result":[1]}"#])
        #expect(session.deadline == .seconds(5))
        #expect(sent(session.tick(at: .seconds(5))) == [#"{"id":"echo","method":"echo","params":[]}"#])
        #expect(session.receive(Array(#"{"id":"echo","result":[],"error":null}"#.utf8), at: .seconds(6)) == [])
        #expect(session.tick(at: .seconds(10)) == [])
        #expect(session.tick(at: .seconds(11)).count == 1)
        #expect(session.tick(at: .seconds(16)) == [.close(.silent)])
    }

    @Test func `a result that does not come closes it`() {
        var session = OVSDBSession(at: .zero)
        _ = session.transact([], at: .zero)
        #expect(session.tick(at: .seconds(10)) == [.close(.unanswered)])
        #expect(session.receive(Array("{}".utf8), at: .seconds(11)) == [])
    }

    @Test(arguments: [
        "[]", #"{"method":"update2","params":[]}"#, #"{"method":1}"#,
        #"{"method":"update2","params":["p",{"T":{"u":{"what":{}}}}]}"#, "{]",
    ])
    func `what is no message closes it`(text: String) {
        var session = OVSDBSession(at: .zero)
        let actions = session.receive(Array(text.utf8), at: .zero)
        guard case .close? = actions.last else {
            Issue.record("\(actions)")
            return
        }
    }

    @Test func `a monitor's rows become ports`() throws {
        var session = OVSDBSession(at: .zero)
        let (ticket, _) = session.monitor(BridgePort.columns, named: "ports", at: .zero)
        let initial = """
            {"id":1,"error":null,"result":{"Bridge":{"b":{"initial":{"name":"br0","ports":["uuid","p1"]}}},
            "Port":{"p1":{"initial":{"name":"tap1","interfaces":["uuid","i1"]}}},
            "Interface":{"i1":{"initial":{"name":"tap1","ofport":["set",[]],"external_ids":["map",[["a","1"],["b","2"]]],"error":["set",[]]}}}}}
            """
        var tables = OVSDBTables(sets: BridgePort.sets)
        func take(_ text: String) -> [OVSDBSession.Action] {
            let actions = session.receive(Array(text.utf8), at: .zero)
            for case .update("ports", let update) in actions { tables.apply(update) }
            return actions
        }
        #expect(take(initial).first == .answered(ticket, .result(.null)))
        #expect(
            tables.ports(of: "br0") == [
                BridgePort(name: "tap1", number: nil, externalIdentifiers: ["a": "1", "b": "2"])
            ])
        // A number comes, one external identifier changes, one goes; a port comes.
        _ = take(
            #"{"method":"update2","id":null,"params":["ports",{"Interface":{"i1":{"modify":{"ofport":5,"external_ids":["map",[["a","9"],["b","2"]]]}},"i2":{"insert":{"name":"tap2","ofport":6,"external_ids":["map",[]],"error":["set",[]]}}},"Port":{"p2":{"insert":{"name":"tap2","interfaces":["uuid","i2"]}}},"Bridge":{"b":{"modify":{"ports":["uuid","p2"]}}}}]}"#
        )
        #expect(
            tables.ports(of: "br0") == [
                BridgePort(name: "tap1", number: PortNumber(rawValue: 5), externalIdentifiers: ["a": "9"]),
                BridgePort(name: "tap2", number: PortNumber(rawValue: 6)),
            ])
        // One goes, the other's interface cannot be opened.
        _ = take(
            #"{"method":"update2","id":null,"params":["ports",{"Interface":{"i1":{"delete":null},"i2":{"modify":{"ofport":-1,"error":"no such device"}}},"Port":{"p1":{"delete":null}},"Bridge":{"b":{"modify":{"ports":["uuid","p1"]}}}}]}"#
        )
        #expect(tables.ports(of: "br0") == [BridgePort(name: "tap2", number: nil, error: "no such device")])
        // And loses its number.
        _ = take(
            #"{"method":"update2","id":null,"params":["ports",{"Interface":{"i2":{"modify":{"ofport":["set",[]]}}}}]}"#)
        #expect(tables.ports(of: "br0").first?.number == nil)
        #expect(tables.ports(of: "br1") == [])
    }

    @Test func `a monitor that the server gives up is named`() {
        var session = OVSDBSession(at: .zero)
        let actions = session.receive(
            Array(#"{"method":"monitor_canceled","id":null,"params":["ports"]}"#.utf8), at: .zero)
        #expect(actions == [.cancelled(monitor: "ports")])
    }
}
