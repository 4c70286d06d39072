/// A stretch of a file's text, for people: lines and columns count from 1, columns in Unicode scalars.
package struct Place: Hashable, Sendable, Comparable {
    /// Where the stretch begins.
    package let line, column: Int

    /// Where it has ended: the first position after it.
    package let lastLine, lastColumn: Int

    /// A stretch from its first position to the first after it.
    package init(line: Int, column: Int, lastLine: Int, lastColumn: Int) {
        precondition(line >= 1 && column >= 1, "lines and columns count from 1")
        (self.line, self.column) = (line, column)
        (self.lastLine, self.lastColumn) = (lastLine, lastColumn)
    }

    /// A stretch of `width` scalars on one line.
    package init(line: Int, column: Int, width: Int = 1) {
        self.init(line: line, column: column, lastLine: line, lastColumn: column + width)
    }

    package static func < (one: Place, other: Place) -> Bool {
        (one.line, one.column, one.lastLine, one.lastColumn)
            < (other.line, other.column, other.lastLine, other.lastColumn)
    }
}

/// A value and where the file gives it.
package struct Placed<Value: Sendable>: Sendable {
    package var value: Value
    package let place: Place

    /// Whether reading the value brought up no mistake, so that what it lacks is really absent.
    package let isSound: Bool

    package init(_ value: Value, at place: Place, isSound: Bool = true) {
        (self.value, self.place, self.isSound) = (value, place, isSound)
    }
}

extension Placed: Equatable where Value: Equatable {}

/// An entry of a map from names: the name, and its value unless that could not be read at all.
package struct Named<Value: Sendable>: Sendable {
    package let name: Placed<String>
    package var value: Value?

    /// Whether reading the value brought up no mistake.
    package let isSound: Bool

    package init(name: Placed<String>, value: Value?, isSound: Bool) {
        (self.name, self.value, self.isSound) = (name, value, isSound)
    }
}
