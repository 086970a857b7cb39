namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>
/// Sessions by account, and the connection that each has: one at a time, the newest [MQTT-3.1.4-3]. A client id counts within its account, so that nobody can
/// take over what is another's. Their number is that of the accounts.
/// </summary>
internal sealed class SessionBook(ListenLimitOptions limits, TimeProvider time, WillPublisher wills)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Place> places = new(StringComparer.Ordinal);

    /// <summary>A connection has logged in: it gets the account's session, and the connection that was there before ends.</summary>
    /// <param name="isPresent">The session is one that was kept.</param>
    public DeviceSession Enter(DeviceConnection connection, string clientId, bool isCleanStart, TimeSpan expiry, out bool isPresent)
    {
        DeviceConnection? former;
        DeviceSession session;
        lock (gate)
        {
            var name = connection.Account!.Name;
            if (!places.TryGetValue(name, out var place)) places.Add(name, place = new Place());
            former = place.Connection;

            // Without an expiry the former session ends with its connection, which ends here.
            var isKept = former is null ? place.EndsAt > time.GetUtcNow() : place.Session!.Expiry > TimeSpan.Zero;
            isPresent = !isCleanStart && isKept && place.Session?.ClientId == clientId;
            session = isPresent ? place.Session! : new DeviceSession(clientId, limits);
            session.Expiry = expiry;

            // A session that goes on keeps a delayed will from being published [MQTT-3.1.3-9]; one that ends does not.
            var due = former?.Will is { } left && (!isPresent || left.Delay == TimeSpan.Zero) ? left : null;
            if (place.Will is { } waiting && !isPresent) due = waiting;
            place.Connection = connection;
            place.Session = session;
            place.Will = null;
            if (due is not null) wills.Publish(due);
        }

        former?.End(Mqtt.ReasonCode.SessionTakenOver, RefusalReason.TakenOver);
        session.Outgoing.Rewind();
        return session;
    }

    /// <summary>A connection is over. What another has taken over is that one's.</summary>
    public void Leave(DeviceConnection connection)
    {
        lock (gate)
        {
            if (!places.TryGetValue(connection.Account!.Name, out var place) || place.Connection != connection) return;
            var now = time.GetUtcNow();
            place.Connection = null;
            place.EndsAt = now + place.Session!.Expiry;
            if (connection.Will is { } will && !wills.IsStopped && OwnTopics.JudgePublish(connection.Account, will.Topic, out _) == Mqtt.ReasonCode.Success)
            {
                place.Will = will;
                place.WillAt = now + (will.Delay < place.Session.Expiry ? will.Delay : place.Session.Expiry);
            }

            Settle(connection.Account.Name, place, now);
        }
    }

    /// <summary>The connection of an account, or null.</summary>
    public DeviceConnection? Find(string account)
    {
        lock (gate) return places.GetValueOrDefault(account)?.Connection;
    }

    /// <summary>Publishes the wills and ends the sessions whose time has come.</summary>
    public void Tick()
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            foreach (var (name, place) in places)
            {
                if (place.Connection is null) Settle(name, place, now);
            }
        }
    }

    private void Settle(string name, Place place, DateTimeOffset now)
    {
        if (place.Will is { } will && place.WillAt <= now)
        {
            place.Will = null;
            wills.Publish(will);
        }

        if (place.EndsAt <= now) places.Remove(name);
    }

    private sealed class Place
    {
        public DeviceConnection? Connection { get; set; }

        public DeviceSession? Session { get; set; }

        public LastWill? Will { get; set; }

        public DateTimeOffset WillAt { get; set; }

        public DateTimeOffset EndsAt { get; set; }
    }
}
