/// What an HTTP response tells of the program: its `Server`, its title, and the documents of services that speak through HTTP.
enum HTTPProducts {
    static func read(root response: HTTPConversation.Response) -> ServiceIdentity {
        var identity = ServiceIdentity("http")
        if let server = response["server"], !server.isEmpty {
            identity.banner = server
            identity.apply(servers, to: server)
            if identity.product == nil { identity.product = server }
            identity.readDistribution(server)
        }
        let body = response.body
        if body.find("\"cluster_name\"") != nil, let number = member("number", of: body) {
            identity.name = "elasticsearch"
            identity.product = body.find("opensearch") != nil ? "OpenSearch" : "Elasticsearch"
            identity.version = number
            identity.platforms = [ServiceIdentity.platform("elastic:elasticsearch", number)]
        } else if let couch = member("couchdb", of: body) {
            identity.product = couch == "Welcome" ? "Apache CouchDB" : "CouchDB"
            identity.version = member("version", of: body)
            identity.platforms = [ServiceIdentity.platform("apache:couchdb", identity.version)]
        } else if let powered = response["x-powered-by"], identity.product == nil {
            identity.product = powered
        }
        if response["x-jenkins"] != nil {
            identity.product = "Jenkins"
            identity.version = response["x-jenkins"]
        }
        if let agent = response["www-authenticate"]?.split(separator: "\"").dropFirst().first, identity.product == nil {
            identity.extraInformation = "realm \(agent)"
        }
        // The API server of Kubernetes answers everything with a Status document to strangers.
        if body.find("\"kind\"") != nil, body.find("\"Status\"") != nil,
            body.find("system:anonymous") != nil || response["audit-id"] != nil
        {
            identity.name = "kubernetes"
            identity.product = "Kubernetes API server"
        }
        if let start = body.find("<title>") {
            let title = Sanitizer.text(body.slice(start + 7, 120).upTo(0x3C), limit: 80)
            if !title.isEmpty {
                identity.extraInformation = (identity.extraInformation.map { "\($0); " } ?? "") + "title: \(title)"
            }
        }
        return identity
    }

    /// Answers to `/version`.
    static func read(version response: HTTPConversation.Response, into identity: inout ServiceIdentity) {
        let body = response.body
        if let version = member("etcdserver", of: body) {
            identity.name = "etcd"
            identity.product = "etcd"
            identity.version = version
            identity.platforms = [ServiceIdentity.platform("etcd:etcd", version)]
        } else if let version = member("ApiVersion", of: body) {
            identity.name = "docker"
            identity.product = "Docker"
            identity.version = member("Version", of: body)
            identity.extraInformation = "API \(version)"
            identity.platforms = [ServiceIdentity.platform("docker:docker", identity.version)]
        } else if let version = member("gitVersion", of: body) {
            identity.name = "kubernetes"
            identity.product = "Kubernetes API server"
            identity.version = version
            identity.platforms = [ServiceIdentity.platform("kubernetes:kubernetes", version)]
        }
    }

    /// The text that a member of this name has, anywhere in a JSON document: for a look, not for reading documents.
    static func member(_ name: String, of body: [UInt8]) -> String? {
        var from = 0
        while let place = body.find("\"\(name)\"", from: from) {
            from = place + 1
            var next = place + name.utf8.count + 2
            while let octet = body.byte(next),
                octet == 0x20 || octet == 0x3A || octet == 0x0A || octet == 0x0D || octet == 0x09
            { next += 1 }
            guard body.byte(next) == 0x22 else { continue }
            return Sanitizer.text(body.slice(next + 1, 80).upTo(0x22), limit: 80)
        }
        return nil
    }

    private static let servers = [
        BannerRule("nginx/{v}{x}", "nginx", "f5:nginx"), BannerRule("nginx", "nginx", "f5:nginx"),
        BannerRule("openresty/{v}", "OpenResty", "openresty:openresty"),
        BannerRule("Apache/{v} ({x})*", "Apache httpd", "apache:http_server"),
        BannerRule("Apache/{v}{x}", "Apache httpd", "apache:http_server"),
        BannerRule("Apache", "Apache httpd", "apache:http_server"),
        BannerRule("Apache-Coyote/{v}", "Apache Tomcat (Coyote)", "apache:tomcat"),
        BannerRule("lighttpd/{v}", "lighttpd", "lighttpd:lighttpd"), BannerRule("Caddy", "Caddy", "caddyserver:caddy"),
        BannerRule(
            "Microsoft-IIS/{v}", "Microsoft IIS httpd", "microsoft:internet_information_services", system: "Windows"),
        BannerRule("Microsoft-HTTPAPI/{v}", "Microsoft HTTPAPI httpd", system: "Windows"),
        BannerRule("Jetty({v})", "Jetty", "eclipse:jetty"),
        BannerRule("SimpleHTTP/{v} Python/{x}", "Python SimpleHTTPServer"),
        BannerRule("BaseHTTP/{v} Python/{x}", "Python BaseHTTPServer"), BannerRule("Python/{v} aiohttp/{x}", "aiohttp"),
        BannerRule("Python/{v} websockets/{x}", "Python websockets"),
        BannerRule("gunicorn/{v}", "Gunicorn", "gunicorn:gunicorn"), BannerRule("Werkzeug/{v} Python/{x}", "Werkzeug"),
        BannerRule("uvicorn", "Uvicorn"), BannerRule("mini_httpd/{v} *", "mini_httpd", "acme:mini_httpd"),
        BannerRule("thttpd/{v}*", "thttpd", "acme:thttpd"), BannerRule("CUPS/{v} IPP/{x}", "CUPS", "apple:cups"),
        BannerRule("Kestrel", "Microsoft Kestrel httpd"), BannerRule("envoy", "Envoy", "envoyproxy:envoy"),
        BannerRule("squid/{v}", "Squid http proxy", "squid-cache:squid"),
        BannerRule("GoAhead-Webs*", "GoAhead WebServer"),
        BannerRule("MiniServ/{v}", "Webmin MiniServ", "webmin:webmin"), BannerRule("Boa/{v}", "Boa httpd"),
        BannerRule("Hypercorn*", "Hypercorn"), BannerRule("Docker/{v} ({x})", "Docker", "docker:docker"),
    ]
}
