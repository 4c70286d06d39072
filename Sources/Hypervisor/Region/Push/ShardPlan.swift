/// Who tells which shard's hypervisors, when all know who lives.
package enum ShardPlan {
    /// The shards of an instance: those for which it draws the highest number (rendezvous hashing).
    ///
    /// All come to the same without talking, and one that comes or goes moves its own share alone.
    package static func shards(of instance: String, among members: Set<String>, count: Int) -> Set<Int> {
        guard members.contains(instance) else { return [] }
        return Set((0..<count).filter { shard in members.max { draw($0, shard) < draw($1, shard) } == instance })
    }

    private static func draw(_ member: String, _ shard: Int) -> (UInt64, String) {
        let name = member.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        // FNV-1a alone leaves neighbors alike; this is SplitMix64's finish.
        var mixed = name ^ (UInt64(shard) &+ 1) &* 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return (mixed ^ mixed >> 31, member)
    }
}
