#if os(Linux)
    package import Linux

    extension LinkError {
        package init(_ error: SystemError, on interface: String? = nil) {
            self = .call(error.call, interface: interface, code: error.code)
        }
    }

    /// Runs a call of `Linux`, and names the interface in what it throws.
    func linking<R: ~Copyable>(
        on interface: String? = nil, _ body: () throws(SystemError) -> R
    ) throws(LinkError) -> R {
        do throws(SystemError) { return try body() } catch { throw LinkError(error, on: interface) }
    }
#endif
