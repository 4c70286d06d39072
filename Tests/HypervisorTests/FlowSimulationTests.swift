import Hypervisor
import OpenFlow
import Testing

/// Owners, meddlers, restarts and ports that come and go, from a seed; in the end the switch has what is wanted.
@Suite("Flow engine: simulation")
struct FlowSimulationTests {
    @Test(arguments: 1...200)
    func `whatever happened, in the end the switch has what is wanted, and foreign flows are as they were`(seed: UInt64)
        throws
    {
        var random = SeededRandom(seed)
        var lab = EngineLab()
        var wanted: [UInt16: Set<String>] = [1: [], 2: []]
        var generation: UInt64 = 0
        var foreign = try FlowMod(.add, text: "table=9,priority=7,actions=normal")
        foreign.cookie = 0x00FF_0000_0000_0001
        _ = lab.model.put(foreign)
        lab.model.ports = ["p0": 10, "p1": 11, "p2": 12]
        lab.connect()
        func flow(_ owner: UInt16) -> String {
            let priority = Int.random(in: 0..<30, using: &random)
            let target = Int.random(in: 0..<4, using: &random)
            return Bool.random(using: &random)
                ? "table=\(owner),priority=\(priority),in_port=p\(target),actions=output:p\((target + 1) % 4)"
                : "table=\(owner),priority=\(priority),tcp,actions=output:\(target + 1)"
        }
        for _ in 0..<80 {
            let owner: UInt16 = Bool.random(using: &random) ? 1 : 2
            switch Int.random(in: 0..<12, using: &random) {
            case 0...3:
                var texts: [String: String] = [:]
                for _ in 0..<Int.random(in: 0..<25, using: &random) {
                    let text = flow(owner)
                    texts[String(text.split(separator: ",actions").first ?? "")] = text
                }
                let isPoisoned = Int.random(in: 0..<6, using: &random) == 0
                generation += 1
                let sent = texts.values + (isPoisoned ? ["table=\(owner),priority=666,actions=group:1"] : [])
                // Away, or where the answer is lost, nobody knows that the switch refuses it; nor is it asked again for what it
                // refused before.
                let isKnown = lab.engine.isConnected && lab.losesNextAnswer == nil
                let isOld = wanted[owner]?.contains { $0.contains("group") } ?? false
                do {
                    try lab.ask(.set(generation, sent, owner: owner, force: true))
                    #expect(!isPoisoned || !isKnown || isOld)
                    wanted[owner] = Set(sent)
                } catch FlowFailure.refused {
                    #expect(isPoisoned)
                }
            case 4:
                let text = flow(owner)
                let key = String(text.split(separator: ",actions").first ?? "")
                try lab.ask(.add([text], owner: owner))
                wanted[owner] = (wanted[owner] ?? []).filter { !$0.hasPrefix(key + ",actions") }.union([text])
            case 5, 6:
                guard
                    let victim = lab.model.flows.filter({ $0.key.table != 9 }).map(\.key).sorted(by: {
                        "\($0)" < "\($1)"
                    })
                    .randomElement(using: &random)
                else { break }
                lab.meddle { $0.take(victim) }
            case 7:
                // No two have one number.
                let free = Set(10..<40).subtracting(lab.model.ports.values.map(Int.init)).sorted()
                let number = free.randomElement(using: &random).map(UInt32.init)
                lab.port("p\(Int.random(in: 0..<4, using: &random))", Bool.random(using: &random) ? nil : number)
            case 8: lab.disconnect()
            case 9:
                if Bool.random(using: &random) { lab.model.restart() }
                lab.disconnect()
                _ = lab.model.put(foreign)
                lab.connect()
            case 10: lab.losesNextAnswer = Bool.random(using: &random)
            default: lab.wait(.milliseconds(Int.random(in: 1..<30_000, using: &random)))
            }
        }
        lab.losesNextAnswer = nil
        if !lab.engine.isConnected { lab.connect() }
        lab.wait(.seconds(1))
        lab.wait(.seconds(61))
        var expected: Set<String> = ["table=9,priority=7,actions=NORMAL"]
        for text in wanted.values.flatMap({ $0 }) where !text.contains("group") {
            var text = text
            var isMissing = false
            for index in 0..<4 where text.contains("p\(index),") || text.hasSuffix("p\(index)") {
                guard let number = lab.model.ports["p\(index)"] else {
                    isMissing = true
                    break
                }
                text.replace("in_port=p\(index),", with: "in_port=\(number),")
                text.replace("output:p\(index)", with: "output:\(number)")
            }
            if !isMissing { expected.insert(try FlowMod(.add, text: text).description) }
        }
        let there = Set(
            lab.model.flows.values.map { flow in
                var flow = flow
                flow.cookie = 0
                return flow.description
            })
        #expect(there == expected, "seed \(seed)")
    }
}
