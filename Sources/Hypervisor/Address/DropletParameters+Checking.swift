package import ServiceAPI

extension DropletParameters {
    /// The first mistake of each droplet that cannot be served beside those before it.
    package static func problems(
        _ droplets: [(name: String, message: Apus_Hvaddr_V1_Parameters)]
    ) -> [(name: String, error: ParameterError)] {
        var claims = DropletClaims()
        var problems: [(name: String, error: ParameterError)] = []
        for (name, message) in droplets {
            do throws(ParameterError) {
                let parameters = try DropletParameters(reading: message)
                if let problem = claims.problem(parameters, of: name) { throw problem }
                claims.add(
                    DropletRecord(identifier: name, generation: 0, tag: 0, message: message, parameters: parameters))
            } catch {
                problems.append((name, error))
            }
        }
        return problems
    }
}
