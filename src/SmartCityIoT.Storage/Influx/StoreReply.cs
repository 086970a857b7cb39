namespace SmartCityIoT.Storage.Influx;

/// <summary>What came back from a server, as far as it decides what to do next.</summary>
/// <param name="Status">HTTP status; 0 when there was no answer at all.</param>
/// <param name="RetryAfter">The header of that name, as sent.</param>
/// <param name="ContentType">Media type of the body, without its parameters.</param>
/// <param name="Body">Beginning of the body; without an answer, what went wrong.</param>
internal readonly record struct StoreReply(int Status, string? RetryAfter, string? ContentType, string Body)
{
    /// <summary>No answer: refused, reset, timed out.</summary>
    public static StoreReply None(string what) => new(0, null, null, what);
}
