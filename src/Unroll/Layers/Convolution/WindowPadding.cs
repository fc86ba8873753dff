namespace Unroll;

/// <summary>What stands beyond the edges, where a kernel or a pool reaches over them.</summary>
public enum WindowPadding
{
    /// <summary>Nothing: windows stay inside, and the output is shorter by as much as a window is longer than one place.</summary>
    Valid,

    /// <summary>
    /// As much as makes the output as long as the input, divided by the stride and rounded up; the larger half behind, where it is
    /// odd. A convolution meets zeros there, a pool nothing.
    /// </summary>
    Same,

    /// <summary>All before the first step: no output sees a later step than its own. Of sequences alone.</summary>
    Causal,
}
