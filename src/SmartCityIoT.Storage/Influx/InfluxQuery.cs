using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using SmartCityIoT.Storage.Questions;

namespace SmartCityIoT.Storage.Influx;

/// <summary>Sends one InfluxQL statement over <c>/query</c> with its values bound as parameters, and hands back JSON.</summary>
internal sealed class InfluxQuery(InfluxClient client, InfluxOptions options, TimeProvider time, string description)
{
    private readonly RetentionTargets targets = new(options);
    private readonly TimeSpan timeout = TimeSpan.FromSeconds(options.TimeoutSeconds);

    public string Description => description;

    /// <summary>Measurement as it stands behind FROM, in the retention policy that it is kept in where that is not the database's own.</summary>
    public string From(string measurement) => targets.PolicyOf(measurement) is { } policy
        ? $"{InfluxIdentifier.Quote(policy)}.{InfluxIdentifier.Quote(measurement)}"
        : InfluxIdentifier.Quote(measurement);

    /// <param name="epoch">Unit of the times in the answer: <c>ms</c> or <c>u</c>.</param>
    public async Task<JsonDocument> AskAsync(
        string statement, IReadOnlyDictionary<string, object> parameters, string epoch, CancellationToken cancellationToken)
    {
        var answers = StreamAsync(statement, parameters, epoch, isChunked: false, cancellationToken).ConfigureAwait(false);
        await foreach (var answer in answers) return answer;
        throw new StoreUnavailableException($"{description} sent an empty answer");
    }

    /// <summary>Answers of any size, one document per line as the server cuts them.</summary>
    public async IAsyncEnumerable<JsonDocument> StreamAsync(
        string statement,
        IReadOnlyDictionary<string, object> parameters,
        string epoch,
        bool isChunked,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // The time limit is for each piece of the answer, so that a large answer may take its time.
        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        var form = new List<KeyValuePair<string, string>>
        {
            new("db", options.Database),
            new("q", statement),
            new("params", JsonSerializer.Serialize(parameters)),
            new("epoch", epoch),
        };
        if (isChunked) form.Add(new("chunked", "true"));
        using var response = await OrUnavailable(client.QueryAsync(form, either.Token), cancellationToken).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.OK) throw await RefusalAsync(response, either.Token).ConfigureAwait(false);

        using var stream = await OrUnavailable(response.Content.ReadAsStreamAsync(either.Token), cancellationToken).ConfigureAwait(false);
        using var reader = new StreamReader(stream);
        while (await OrUnavailable(reader.ReadLineAsync(either.Token).AsTask(), cancellationToken).ConfigureAwait(false) is { } line)
        {
            if (line.Length == 0) continue;
            var document = Parse(line);
            if (InfluxAnswer.ErrorIn(document.RootElement) is { } error)
            {
                document.Dispose();
                throw new StoreUnavailableException($"{description}: {error}");
            }

            yield return document;
            deadline.CancelAfter(timeout);
        }
    }

    private JsonDocument Parse(string line)
    {
        try
        {
            return JsonDocument.Parse(line);
        }
        catch (JsonException)
        {
            throw InfluxAnswer.Unsupported(description);
        }
    }

    private async Task<Exception> RefusalAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = await InfluxClient.BeginningOfAsync(response.Content, cancellationToken).ConfigureAwait(false);
        var media = response.Content.Headers.ContentType?.MediaType;
        var status = (int)response.StatusCode;
        if (status is 400 or 404 or 405 or 501 && media != "application/json") return InfluxAnswer.Unsupported(description);
        return new StoreUnavailableException($"{description}: {StoreOutcome.Of(new StoreReply(status, null, media, body), default).Reason}");
    }

    private async Task<T> OrUnavailable<T>(Task<T> answer, CancellationToken cancellationToken)
    {
        try
        {
            return await answer.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StoreUnavailableException($"{description} gave no answer within {timeout.TotalSeconds:0} s");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            throw new StoreUnavailableException($"{description}: {(failure.InnerException ?? failure).Message}", failure);
        }
    }
}
