import Testing
@Test func `one is one`() { #expect(1 == 1) }
