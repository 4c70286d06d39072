/// A set of numbers from 0 to 65535, in order and indexed.
public struct PortSet: Hashable, Sendable {
    /// The numbers, each once, from the least on.
    public let ports: [UInt16]

    /// Makes a set of numbers in any order; an 8 KiB bitmap while it sorts.
    public init(_ ports: some Sequence<UInt16>) {
        var bits = [Bool](repeating: false, count: 65_536)
        for port in ports { bits[Int(port)] = true }
        self.ports = bits.indices.lazy.filter { bits[$0] }.map { UInt16($0) }
    }

    /// Makes the empty set.
    public init() { ports = [] }

    public var isEmpty: Bool { ports.isEmpty }

    /// Whether `port` is in the set; logarithmic.
    public func contains(_ port: UInt16) -> Bool {
        let place = ports.partitioningIndex { $0 >= port }
        return place < ports.count && ports[place] == port
    }

    /// The runs of neighbours, from the least on.
    public var ranges: [ClosedRange<UInt16>] {
        var found: [ClosedRange<UInt16>] = []
        for port in ports {
            if let last = found.last, Int(last.upperBound) + 1 == Int(port) {
                found[found.count - 1] = last.lowerBound...port
            } else {
                found.append(port...port)
            }
        }
        return found
    }

    public func subtracting(_ other: PortSet) -> PortSet {
        var bits = [Bool](repeating: false, count: 65_536)
        for port in other.ports { bits[Int(port)] = true }
        return PortSet(ports.filter { !bits[Int($0)] })
    }

    public func union(_ other: PortSet) -> PortSet { PortSet(ports + other.ports) }
}

extension PortSet: RandomAccessCollection {
    public var startIndex: Int { 0 }
    public var endIndex: Int { ports.count }
    public subscript(index: Int) -> UInt16 { ports[index] }
}

extension PortSet: CustomStringConvertible {
    /// As port specifications have it, and nmap's reports: `21-25,80`.
    public var description: String {
        ranges.map { range in
            range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
        }.joined(separator: ",")
    }
}

extension Array {
    /// The first place whose element, and all behind it, satisfy `isBehind`; the array is sorted by that.
    func partitioningIndex(_ isBehind: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
