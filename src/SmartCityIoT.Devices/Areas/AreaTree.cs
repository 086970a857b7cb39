using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace SmartCityIoT.Devices.Areas;

/// <summary>All areas at one moment, and what a question for one of them means. Immutable.</summary>
public sealed class AreaTree
{
    private readonly FrozenDictionary<string, Area> byCode;
    private readonly ILookup<string, Area> children;
    private readonly ILookup<string, Area> predecessors;
    private readonly ConcurrentDictionary<string, FrozenSet<string>> resolved = new(StringComparer.Ordinal);

    internal AreaTree(IEnumerable<Area> areas)
    {
        All = [.. areas.OrderBy(area => area.Code, StringComparer.Ordinal)];
        byCode = All.ToFrozenDictionary(area => area.Code, StringComparer.Ordinal);
        children = All.Where(area => area.Parent is not null).ToLookup(area => area.Parent!, StringComparer.Ordinal);
        predecessors = All.Where(area => area.ReplacedBy is not null).ToLookup(area => area.ReplacedBy!, StringComparer.Ordinal);
    }

    internal static AreaTree Empty { get; } = new([]);

    /// <summary>Areas in the order of their codes.</summary>
    public IReadOnlyList<Area> All { get; }

    public bool TryGet(string code, [NotNullWhen(true)] out Area? area) => byCode.TryGetValue(code, out area);

    /// <summary>
    /// Codes of the areas whose sites a question for <paramref name="code"/> means; empty for a code that is not known.
    /// </summary>
    /// <remarks>
    /// The area itself, what lies inside it, and the former units that it took in, since sites keep the code of the unit they
    /// were registered under. For a former unit also what replaced it: that finds today's sites, at the price of those of its
    /// new neighbours that carry the new code. Sites that still carry a former neighbour's code are not meant.
    /// </remarks>
    public IReadOnlySet<string> Resolve(string code)
    {
        // Only known codes are kept, so that questions for made-up ones take no memory.
        if (!byCode.ContainsKey(code)) return FrozenSet<string>.Empty;
        return resolved.GetOrAdd(code, static (asked, tree) => tree.Gather(asked), this);
    }

    private FrozenSet<string> Gather(string code)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        Descend(code, found, withPredecessors: true);
        var successors = new HashSet<string>(StringComparer.Ordinal);
        foreach (var each in found) FollowSuccessors(each, successors);
        foreach (var each in successors) Descend(each, found, withPredecessors: false);
        return found.ToFrozenSet(StringComparer.Ordinal);
    }

    private void Descend(string code, HashSet<string> found, bool withPredecessors)
    {
        var waiting = new Stack<string>([code]);
        while (waiting.TryPop(out var each))
        {
            if (!byCode.ContainsKey(each) || !found.Add(each)) continue;
            foreach (var child in children[each]) waiting.Push(child.Code);
            if (!withPredecessors) continue;
            foreach (var former in predecessors[each]) waiting.Push(former.Code);
        }
    }

    private void FollowSuccessors(string code, HashSet<string> successors)
    {
        // The set ends a chain that runs in a circle, which an import refuses but a hand-edited file may hold.
        var next = byCode[code].ReplacedBy;
        while (next is not null && byCode.TryGetValue(next, out var area) && successors.Add(next)) next = area.ReplacedBy;
    }
}
