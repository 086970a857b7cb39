namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>
/// Lets logins in at a bounded rate, so that a district that comes back at once does not stand still for everyone: each gets a turn, and those for whom it
/// would come too late are refused as busy.
/// </summary>
internal sealed class LoginGate(ListenLimitOptions limits, TimeProvider time)
{
    /// <summary>Longest wait for a turn: below what clients wait for a CONNACK.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    /// <summary>A refusal leaves after up to that time: whoever is refused at the same moment does not come back at the same moment.</summary>
    private static readonly TimeSpan Spread = TimeSpan.FromSeconds(3);

    private readonly Lock gate = new();
    private readonly TimeSpan apart = TimeSpan.FromSeconds(1.0 / limits.LoginsPerSecond);
    private DateTimeOffset next = DateTimeOffset.MinValue;

    /// <summary>Waits for a turn. False when there is none to be had.</summary>
    public async ValueTask<bool> TryEnterAsync()
    {
        TimeSpan wait;
        bool hasTurn;
        lock (gate)
        {
            var now = time.GetUtcNow();
            if (next < now) next = now;
            wait = next - now;
            hasTurn = wait <= LongestWait;
            if (hasTurn) next += apart;
        }

        if (!hasTurn) wait = Spread * Random.Shared.NextDouble();

        // A timer does not wait for less than a millisecond or so: turns that near are taken at once, and the next ones pay for it.
        if (wait > TimeSpan.FromMilliseconds(20)) await Task.Delay(wait, time).ConfigureAwait(false);
        return hasTurn;
    }
}
