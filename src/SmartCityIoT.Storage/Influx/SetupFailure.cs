namespace SmartCityIoT.Storage.Influx;

/// <summary>Why a target could not be made as the options ask for it.</summary>
/// <param name="Error">The server's words.</param>
/// <param name="Remedy">What to run instead.</param>
/// <param name="IsThere">It is there, with another time of keeping.</param>
/// <param name="IsAway">The server gave no answer.</param>
internal sealed record SetupFailure(string Error, string Remedy, bool IsThere = false, bool IsAway = false)
{
    public static SetupFailure Away(in StoreReply reply) => new(reply.Body, "", IsAway: true);
}
