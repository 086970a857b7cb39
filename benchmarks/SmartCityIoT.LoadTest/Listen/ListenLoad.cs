using SmartCityIoT.LoadTest.Frames;

namespace SmartCityIoT.LoadTest.Listen;

/// <summary>How the door for devices is loaded.</summary>
internal sealed record ListenLoad
{
    /// <summary>Packet identifiers that a connection has, and so messages that it can have in flight.</summary>
    private const int Identifiers = ushort.MaxValue;

    public required ListenScenario Scenario { get; init; }

    public required bool IsTls { get; init; }

    /// <summary>Durability of the journal of either contender: <c>fsync</c> or <c>os</c>.</summary>
    public required string Journal { get; init; }

    public required int Devices { get; init; }

    /// <summary>Messages that a gateway has in flight at the most.</summary>
    public required int InFlight { get; init; }

    /// <summary>Messages in one write of a device that sends bursts.</summary>
    public required int Burst { get; init; }

    /// <summary>Messages a second of all devices together, where they send at a fixed rate.</summary>
    public required double Rate { get; init; }

    /// <summary>Loopback addresses that the devices come from.</summary>
    public required int Addresses { get; init; }

    public required TimeSpan WarmUp { get; init; }

    public required TimeSpan Window { get; init; }

    /// <summary>Which contenders run.</summary>
    public required IReadOnlyList<string> Contenders { get; init; }

    /// <summary>The peer's program.</summary>
    public required string Peer { get; init; }

    /// <summary>The built <c>door-alone.dll</c>.</summary>
    public required string Alone { get; init; }

    /// <summary>Whether messages are sent, and so accounted for.</summary>
    public bool HasMessages => Scenario is not (ListenScenario.Idle or ListenScenario.Reconnect);

    /// <summary>Messages that a connection has in flight at the most.</summary>
    public int Outstanding => Scenario switch
    {
        ListenScenario.Gateway => InFlight,
        ListenScenario.Burst => Burst,
        ListenScenario.Closed => 1,
        _ => Identifiers,
    };

    /// <summary>Room in flight with less of which a connection waits. A gateway does not write message by message: it lets an eighth gather.</summary>
    public int LeastWrite => Scenario == ListenScenario.Gateway ? Math.Max(1, InFlight / 8) : Outstanding;

    public static int UsualDevices(ListenScenario scenario) => scenario switch
    {
        ListenScenario.Gateway => 1,
        ListenScenario.Idle or ListenScenario.Reconnect => 10_000,
        _ => 1_000,
    };

    /// <exception cref="LoadTestException">A value out of its range.</exception>
    public void Check()
    {
        if (Journal is not ("fsync" or "os")) throw new LoadTestException("--journal is fsync or os");
        if (Scenario == ListenScenario.Gateway && Devices != 1) throw new LoadTestException("--scenario gateway has one device: leave --devices out");
        if (Devices is < 1 or > 100_000) throw new LoadTestException("--devices is 1 to 100000");
        if (InFlight is < 1 or > Identifiers || Burst is < 1 or > Identifiers) throw new LoadTestException($"--in-flight and --burst are 1 to {Identifiers}");
        if (Addresses is < 1 or > 250) throw new LoadTestException("--addresses is 1 to 250");
        if (Window <= TimeSpan.Zero || Window > TimeSpan.FromHours(1)) throw new LoadTestException("--seconds is more than 0 and at most 3600");
        if (Scenario == ListenScenario.Rate) Pace.Check(Rate, Devices);
    }
}
