import Lab

/// The plainest configuration of each contender: proxying alone, kept connections, times of two seconds.
enum PeerConfiguration {
    static func mainFile(_ contender: Contender) -> String {
        switch contender {
        case .apus: "apus.yaml"
        case .haproxy: "haproxy.cfg"
        case .nginx: "nginx.conf"
        case .envoy: "envoy.yaml"
        case .caddy: "Caddyfile"
        case .traefik: "traefik.yml"
        }
    }

    static func files(_ contender: Contender, _ pairs: [(Int, Int)], folder: String) -> [(String, String)] {
        let name = mainFile(contender)
        func each(_ body: (Int, Int, Int) -> String) -> String {
            pairs.enumerated().map { body($0, $1.0, $1.1) }.joined(separator: "\n")
        }
        switch contender {
        case .apus: return [(name, apus(each))]
        case .haproxy: return [(name, haproxy(each))]
        case .nginx: return [(name, nginx(each, folder))]
        case .envoy: return [(name, envoy(each))]
        case .caddy:
            let sites = each { _, front, back in
                "http://:\(front) {\n\tbind 127.0.0.1\n\treverse_proxy 127.0.0.1:\(back) {\n\t\ttransport http {\n"
                    + "\t\t\tresponse_header_timeout 2s\n\t\t\tcompression off\n\t\t}\n\t}\n}"
            }
            return [(name, "{\n\tadmin off\n\tauto_https off\n\tpersist_config off\n}\n\(sites)\n")]
        case .traefik: return traefik(each, folder)
        }
    }

    private typealias Each = ((Int, Int, Int) -> String) -> String

    private static func apus(_ each: Each) -> String {
        """
        version: 1
        process: { threads: 2, pin: false, max_connections: 512 }
        limits: { body: 64KiB }
        timeouts: { head: 2s, idle: 2s, connect: 2s, response: 2s, body: 2s, total: 2800ms, tunnel: 2s }
        listeners:
        \(each { place, front, _ in "  l\(place): { bind: \"127.0.0.1:\(front)\" }" })
        routes:
        \(each { place, _, _ in "  - { listener: l\(place), path: /*, pool: p\(place) }" })
        pools:
        \(each { "  p\($0): { servers: [\"127.0.0.1:\($2)\"] }" })

        """
    }

    private static func haproxy(_ each: Each) -> String {
        """
        global
            nbthread 1
            maxconn 1024
        defaults
            mode http
            timeout connect 2s
            timeout client 2s
            timeout server 2s
            timeout http-request 2s
            timeout http-keep-alive 2s
        \(each { "listen l\($0)\n    bind 127.0.0.1:\($1)\n    http-reuse always\n    server s 127.0.0.1:\($2) pool-max-conn 64" })

        """
    }

    private static func nginx(_ each: Each, _ folder: String) -> String {
        """
        worker_processes 1;
        daemon off;
        user root;
        pid \(folder)/nginx.pid;
        error_log \(folder)/nginx-error.log;
        events { worker_connections 1024; }
        http {
            access_log off;
            client_body_temp_path \(folder)/body;
            proxy_temp_path \(folder)/proxy;
            fastcgi_temp_path \(folder)/fastcgi;
            uwsgi_temp_path \(folder)/uwsgi;
            scgi_temp_path \(folder)/scgi;
            client_header_timeout 2s;
            client_body_timeout 2s;
            proxy_read_timeout 3s;
        \(each { place, front, back in
            """
            upstream u\(place) { server 127.0.0.1:\(back) max_fails=0; keepalive 16; }
            server {
                listen 127.0.0.1:\(front);
                location / {
                    proxy_pass http://u\(place);
                    proxy_http_version 1.1;
                    proxy_set_header Connection "";
                    proxy_set_header Host $http_host;
                }
            }
            """
        })
        }

        """
    }

    private static func envoy(_ each: Each) -> String {
        let manager =
            "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"
        let router = "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"
        let listeners = each { place, front, _ in
            """
                - address: { socket_address: { address: 127.0.0.1, port_value: \(front) } }
                  filter_chains:
                    - filters:
                        - name: envoy.filters.network.http_connection_manager
                          typed_config:
                            "@type": \(manager)
                            stat_prefix: l\(place)
                            request_headers_timeout: 2s
                            stream_idle_timeout: 2s
                            upgrade_configs: [{ upgrade_type: websocket }]
                            http_filters: [{ name: envoy.filters.http.router, typed_config: { "@type": \(router) } }]
                            route_config:
                              virtual_hosts:
                                - { name: all, domains: ["*"], routes: [{ match: { prefix: / }, route: { cluster: c\(place), timeout: 2s } }] }
            """
        }
        let clusters = each { place, _, back in
            """
                - name: c\(place)
                  type: STATIC
                  connect_timeout: 2s
                  load_assignment:
                    cluster_name: c\(place)
                    endpoints: [{ lb_endpoints: [{ endpoint: { address: { socket_address: { address: 127.0.0.1, port_value: \(back) } } } }] }]
            """
        }
        return "static_resources:\n  listeners:\n\(listeners)\n  clusters:\n\(clusters)\n"
    }

    private static func traefik(_ each: Each, _ folder: String) -> [(String, String)] {
        let main = """
            global: { checkNewVersion: false, sendAnonymousUsage: false }
            log: { level: ERROR }
            entryPoints:
            \(each { place, front, _ in "  l\(place): { address: \"127.0.0.1:\(front)\", transport: { respondingTimeouts: { readTimeout: 2s } } }" })
            providers: { file: { filename: "\(folder)/routes.yml", watch: false } }

            """
        let routes = """
            http:
              routers:
            \(each { place, _, _ in "    r\(place): { entryPoints: [l\(place)], rule: \"PathPrefix(`/`)\", service: s\(place) }" })
              services:
            \(each { "    s\($0): { loadBalancer: { servers: [{ url: \"http://127.0.0.1:\($2)\" }] } }" })

            """
        return [("traefik.yml", main), ("routes.yml", routes)]
    }
}
