using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace SmartCityIoT.Storage.Influx;

/// <summary>The requests that InfluxDB understands, one method each. Knows nothing of retries.</summary>
internal sealed class InfluxClient : IDisposable
{
    /// <summary>Beginning of an answer that is read: enough for the server's words on a line of the largest size, which it repeats before it says what is wrong.</summary>
    private const int MaxReplyBytes = 256 * 1024;

    private const int DefaultGzipFromBytes = 64 * 1024;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);
    private static readonly MediaTypeHeaderValue PlainText = new("text/plain", "utf-8");

    /// <summary>The answer to nearly every write, which says nothing more.</summary>
    private static readonly StoreReply NoContent = new((int)HttpStatusCode.NoContent, null, null, "");

    private readonly HttpClient http;

    // What a client adds to each request (default headers, the offer to take compressed answers) is most of what a write would allocate.
    private readonly HttpMessageInvoker writes;
    private readonly AuthenticationHeaderValue? credentials;
    private readonly TimeProvider time;
    private readonly TimeSpan timeout;
    private readonly int gzipFromBytes;
    private readonly Uri root;
    private readonly Uri[] writeAddresses;
    private readonly Uri queryAddress;
    private readonly Uri pingAddress;

    /// <param name="handler">Carries the requests; null = a handler of its own. Disposed with the client.</param>
    public InfluxClient(InfluxOptions options, TimeProvider time, HttpMessageHandler? handler)
    {
        this.time = time;
        timeout = TimeSpan.FromSeconds(options.TimeoutSeconds);
        gzipFromBytes = options.GzipFromBytes ?? (options.Url.IsLoopback ? 0 : DefaultGzipFromBytes);
        root = InfluxAddresses.Root(options);
        writeAddresses = [.. new RetentionTargets(options).All.Select(target => InfluxAddresses.Write(options, target))];
        queryAddress = new Uri(root, "query");
        pingAddress = new Uri(root, "ping");
        http = new HttpClient(handler ?? Handler(DecompressionMethods.All)) { Timeout = Timeout.InfiniteTimeSpan };
        writes = new HttpMessageInvoker(handler ?? Handler(DecompressionMethods.None));
        credentials = InfluxAddresses.Credentials(options);
        http.DefaultRequestHeaders.Authorization = credentials;
    }

    /// <summary>Sends lines to the default place.</summary>
    public Task<StoreReply> WriteAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellationToken) => WriteAsync(0, lines, cancellationToken);

    /// <summary>Sends lines and answers what came back; a lost connection or a timeout is an answer with status 0.</summary>
    /// <param name="target">Number of the place among the <see cref="RetentionTargets"/>.</param>
    public async Task<StoreReply> WriteAsync(int target, ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, writeAddresses[target]) { Content = ContentOf(lines) };
        if (credentials is not null) request.Headers.Authorization = credentials;
        return await ReplyToAsync(writes, request, timeout, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks whether anybody is there.</summary>
    public async Task<StoreReply> PingAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, pingAddress);
        return await ReplyToAsync(http, request, ConnectTimeout, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends a statement that changes something, such as CREATE DATABASE.</summary>
    public async Task<StoreReply> ExecuteAsync(string statement, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, queryAddress)
        {
            Content = new FormUrlEncodedContent([new("q", statement)]),
        };
        return await ReplyToAsync(http, request, ConnectTimeout, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks the server's own interface, below its address.</summary>
    /// <param name="json">Body; null for a GET.</param>
    public async Task<StoreReply> ManageAsync(string path, string? json, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(json is null ? HttpMethod.Get : HttpMethod.Post, new Uri(root, path));
        if (json is not null) request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        return await ReplyToAsync(http, request, ConnectTimeout, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks a question; the answer is read from the returned response, which the caller disposes.</summary>
    /// <exception cref="HttpRequestException">No answer.</exception>
    public Task<HttpResponseMessage> QueryAsync(IEnumerable<KeyValuePair<string, string>> form, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, queryAddress) { Content = new FormUrlEncodedContent(form) };
        return http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    public void Dispose()
    {
        http.Dispose();
        writes.Dispose();
    }

    private async Task<StoreReply> ReplyToAsync(HttpMessageInvoker sender, HttpRequestMessage request, TimeSpan within, CancellationToken cancellationToken)
    {
        using var ending = new CancellationTokenSource(within, time);
        await using var stop = cancellationToken
            .UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), ending).ConfigureAwait(false);
        try
        {
            using var response = await SendAsync(sender, request, ending.Token).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.NoContent) return NoContent;
            var body = await BeginningOfAsync(response.Content, ending.Token).ConfigureAwait(false);
            var retryAfter = response.Headers.TryGetValues("Retry-After", out var values) ? values.FirstOrDefault() : null;
            return new StoreReply((int)response.StatusCode, retryAfter, response.Content.Headers.ContentType?.MediaType, body);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return StoreReply.None($"no answer within {within.TotalSeconds:0} s");
        }
        catch (HttpRequestException failure)
        {
            return StoreReply.None((failure.InnerException ?? failure).Message);
        }
        catch (IOException failure)
        {
            return StoreReply.None(failure.Message);
        }
    }

    /// <summary>A client reads the whole answer unless it is told otherwise; an invoker never does.</summary>
    private static Task<HttpResponseMessage> SendAsync(HttpMessageInvoker sender, HttpRequestMessage request, CancellationToken cancellationToken) =>
        sender is HttpClient client
            ? client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
            : sender.SendAsync(request, cancellationToken);

    private static SocketsHttpHandler Handler(DecompressionMethods decompression) => new()
    {
        // A redirected POST would come back as a GET and look like success.
        AllowAutoRedirect = false,
        ConnectTimeout = ConnectTimeout,
        AutomaticDecompression = decompression,

        // A name that moves to another address is followed.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    };

    internal static async Task<string> BeginningOfAsync(HttpContent content, CancellationToken cancellationToken)
    {
        using var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var bytes = new byte[1024];
        var length = 0;
        while (true)
        {
            var read = await stream.ReadAsync(bytes.AsMemory(length), cancellationToken).ConfigureAwait(false);
            length += read;
            if (read == 0 || length == MaxReplyBytes) return Encoding.UTF8.GetString(bytes, 0, length);
            if (length == bytes.Length) Array.Resize(ref bytes, Math.Min(bytes.Length * 2, MaxReplyBytes));
        }
    }

    private ReadOnlyMemoryContent ContentOf(ReadOnlyMemory<byte> lines)
    {
        if (gzipFromBytes == 0 || lines.Length < gzipFromBytes) return new(lines) { Headers = { ContentType = PlainText } };
        var compressed = new MemoryStream(lines.Length / 4);
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(lines.Span);
        return new(compressed.GetBuffer().AsMemory(0, (int)compressed.Length)) { Headers = { ContentType = PlainText, ContentEncoding = { "gzip" } } };
    }
}
